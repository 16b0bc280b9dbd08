using System.Globalization;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Recipients from a real directory: Debian's slapd with 10,000 users, over StartTLS and LDAPS.</summary>
public sealed class DirectoryTests : IAsyncLifetime
{
    private const int Users = 10_000;

    // The bit-and matching rule of Active Directory is not in slapd: the same in plain comparisons.
    private const string Filter = "(&(|(mail=*)(proxyAddresses=smtp:*))(!(userAccountControl=514)))";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "garita-ldap-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly ScriptedServer _mail = new([]);
    private TestCertificates _certificates = null!;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SlapdServer.IsInstalled, "slapd and ldap-utils are not installed");
        _certificates = new TestCertificates(Path.Combine(_folder, "tls"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _certificates?.Dispose();
        await _mail.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task All_users_are_read_over_StartTLS_and_outlive_the_directory()
    {
        await using var slapd = await SlapdAsync("main", "localhost", days: 5, Users);
        var settings = Settings([slapd.Port], "starttls", "every = \"1 min\"");
        await using (var gateway = await RunningGateway.StartAsync(Path.Combine(_folder, "gw"), _mail.Port, recipients: settings))
        {
            var started = TimeProvider.System.GetTimestamp();
            var (code, text) = await gateway.RunAsync("recipients", "sync", "acme");
            Assert.True(code == 0, text);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"acme: {(2 * Users) + 1} recipients in force"), text, StringComparison.Ordinal);
            TestContext.Current.SendDiagnosticMessage($"{Users} users read in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s, with the start of the verb");
            foreach (var known in (string[])["user1", "USER10000", "alias.user5000", "staff", "user7+tag", "postmaster"])
                await AskAsync(gateway, known, "250");
            // A disabled account, one that was never there, and what would be a filter if it were put into one.
            foreach (var unknown in (string[])["gone", "nobody", "\"*)(uid=*\"", "user*"])
                await AskAsync(gateway, unknown, "55");
            // Created after the reading: asked for before it is refused.
            await slapd.ModifyAsync(SlapdServer.Person("new", "proxyAddresses: SMTP:New.Colleague@example.com\n"));
            await AskAsync(gateway, "new.colleague", "250");
            await CheckAsync(gateway, "user9@example.com", 0, "known (ldap), tenant acme, read ");
            await CheckAsync(gateway, "new.colleague@example.com", 0, "known (ldap-live), tenant acme\n");
            await CheckAsync(gateway, "nobody@example.com", 1, "unknown (ldap-live)");
            var export = Path.Combine(_folder, "export");
            Assert.Equal(0, (await gateway.RunAsync("recipients", "export", "acme", export)).Code);
            Assert.Equal((2 * Users) + 1, (await File.ReadAllLinesAsync(export)).Length);

            await slapd.StopAsync();
            await AskAsync(gateway, "user2", "250");
            await AskAsync(gateway, "nobody2", "550");
            var (failed, why) = await gateway.RunAsync("recipients", "sync");
            Assert.True(failed == 1, why);
            Assert.Contains("not taken: localhost", why, StringComparison.Ordinal);
        }

        // A start without the directory: what was kept is in force, with its age.
        await using var again = await RunningGateway.StartAsync(Path.Combine(_folder, "gw"), _mail.Port, recipients: settings);
        await AskAsync(again, "user3", "250");
        await AskAsync(again, "nobody3", "550");
        await CheckAsync(again, "user9@example.com", 0, "; the last reading was not taken: ");
        Assert.DoesNotContain("s3cret", again.Log, StringComparison.Ordinal);
        // Back again, and smaller than it may be.
        await slapd.StartAsync();
        Assert.Equal(0, (await again.RunAsync("recipients", "sync")).Code);
    }

    [Fact]
    public async Task Live_over_LDAPS_fails_over_defers_in_an_outage_and_comes_back()
    {
        await using var one = await SlapdAsync("one", "localhost", days: 5, 20);
        await using var two = await SlapdAsync("two", "localhost", days: 5, 20);
        await using var gateway = await RunningGateway.StartAsync(
            Path.Combine(_folder, "gw"), _mail.Port, recipients: Settings([one.TlsPort, two.TlsPort], "ldaps", "mode = \"live\"\ntimeout = \"2 s\""));
        await AskAsync(gateway, "user1", "250");
        await AskAsync(gateway, "nobody1", "550");
        await one.StopAsync();
        await AskAsync(gateway, "user2", "250");
        await AskAsync(gateway, "nobody2", "550");
        await two.StopAsync();
        await AskAsync(gateway, "user3", "451");
        await AskAsync(gateway, "nobody3", "451");
        await AskAsync(gateway, "user1", "250");
        await one.StartAsync();
        for (var i = 0; ; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            if ((await gateway.RunAsync("recipients", "check", "user3@example.com")).Code == 0)
                break;
            Assert.True(i < 20, gateway.Log);
        }

        await AskAsync(gateway, "nobody3", "550");
    }

    [Fact]
    public async Task A_server_that_dies_in_the_middle_of_a_reading_is_followed_by_the_next()
    {
        await using var slapd = await SlapdAsync("main", "localhost", days: 5, Users);
        using var dying = new CuttingProxy(slapd.Port, 300_000);
        await using (var alone = await RunningGateway.StartAsync(Path.Combine(_folder, "alone"), _mail.Port, recipients: Settings([dying.Port], "starttls", "live_rate = 0")))
        {
            var (code, text) = await alone.RunAsync("recipients", "sync");
            Assert.True(code == 1, text);
            await AskAsync(alone, "user1", "451");
            await AskAsync(alone, "nobody", "451");
        }

        var cut = dying.Cut;
        await using var gateway = await RunningGateway.StartAsync(Path.Combine(_folder, "gw"), _mail.Port, recipients: Settings([dying.Port, slapd.Port], "starttls", ""));
        var (ok, whole) = await gateway.RunAsync("recipients", "sync");
        Assert.True(ok == 0, whole);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"acme: {(2 * Users) + 1} recipients in force"), whole, StringComparison.Ordinal);
        Assert.True(dying.Cut > cut);
        await AskAsync(gateway, "user10000", "250");
    }

    [Theory]
    [InlineData("localhost", -1, "NotTimeValid")]
    [InlineData("ldap.elsewhere.example", 5, "NameMismatch")]
    public async Task A_certificate_that_is_old_or_of_another_name_is_not_believed(string name, int days, string expected)
    {
        await using var slapd = await SlapdAsync("bad", name, days, 5);
        foreach (var (port, tls) in ((int, string)[])[(slapd.Port, "starttls"), (slapd.TlsPort, "ldaps")])
        {
            await using var gateway = await RunningGateway.StartAsync(Path.Combine(_folder, tls), _mail.Port, recipients: Settings([port], tls, ""));
            var (code, text) = await gateway.RunAsync("recipients", "sync", "acme");
            Assert.True(code == 1, text);
            Assert.Contains(expected, text, StringComparison.Ordinal);
            await AskAsync(gateway, "user1", "451");
            await AskAsync(gateway, "nobody", "451");
        }
    }

    [Fact]
    public async Task A_wrong_password_and_a_reading_that_shrank_are_said()
    {
        await using var big = await SlapdAsync("big", "localhost", days: 5, 50);
        await using var small = await SlapdAsync("small", "localhost", days: 5, 10);
        var folder = Path.Combine(_folder, "gw");
        await using (var gateway = await RunningGateway.StartAsync(folder, _mail.Port, recipients: Settings([big.Port], "starttls", "")))
            Assert.Equal(0, (await gateway.RunAsync("recipients", "sync")).Code);
        await using (var gateway = await RunningGateway.StartAsync(folder, _mail.Port, recipients: Settings([small.Port], "starttls", "live_rate = 0")))
        {
            var (code, text) = await gateway.RunAsync("recipients", "sync");
            Assert.True(code == 1, text);
            Assert.Contains("would lose 80 of 101", text, StringComparison.Ordinal);
            await AskAsync(gateway, "user40", "250");
            Assert.Equal(0, (await gateway.RunAsync("recipients", "sync", "--force")).Code);
            await AskAsync(gateway, "user40", "550");
        }

        await using var wrong = await RunningGateway.StartAsync(Path.Combine(_folder, "wrong"), _mail.Port, recipients: Settings([big.Port], "starttls", "", password: "guess"));
        var (refused, why) = await wrong.RunAsync("recipients", "sync");
        Assert.True(refused == 1, why);
        Assert.Contains("InvalidCredentials (49)", why, StringComparison.Ordinal);
        await AskAsync(wrong, "user1", "451");
    }

    private Task<SlapdServer> SlapdAsync(string folder, string name, int days, int users) =>
        SlapdServer.StartAsync(Path.Combine(_folder, folder), _certificates.Make(folder, name, days), _certificates.CaFile, users);

    private string Settings(int[] ports, string tls, string more, string password = SlapdServer.Password)
    {
        var file = Path.Combine(_folder, "password." + password.Length.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(file, password + "\n");
        return $"""
            source = "ldap"
            [tenant.recipients.ldap]
            servers = [{string.Join(", ", ports.Select(static port => string.Create(CultureInfo.InvariantCulture, $"\"localhost:{port}\"")))}]
            tls = "{tls}"
            ca = "{_certificates.CaFile}"
            bind_dn = "{SlapdServer.Reader}"
            password_file = "{file}"
            base = "dc=example,dc=com"
            flavour = "active-directory"
            filter = "{Filter}"
            {more}
            """;
    }

    private static async Task AskAsync(RunningGateway gateway, string local, string expected)
    {
        using var client = new RawClient(gateway.Port);
        await client.OpenAsync();
        await client.SayAsync("MAIL FROM:<a@example.net>", "250");
        await client.SayAsync($"RCPT TO:<{local}@example.com>", expected);
    }

    private static async Task CheckAsync(RunningGateway gateway, string address, int code, string expected)
    {
        var (exit, text) = await gateway.RunAsync("recipients", "check", address);
        Assert.True(exit == code, text);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }
}
