using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Commands;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Evidence.Dns;
using Garita.Settings;
using Garita.Setup;
using Xunit;

namespace Garita.Tests.Setup;

public sealed class SetupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-setup-").FullName;
    private readonly LoopbackDns _dns = new();
    private ServiceAccount? _account;

    public SetupTests()
    {
        _dns.AddAddress("mx1.example.com", 60, "192.0.2.1");
        _dns.Add("1.2.0.192.in-addr.arpa", LoopbackDns.Ptr, 60, LoopbackDns.Name("mx1.example.com"));
        _dns.Add("example.com", LoopbackDns.Mx, 60, [0, 10, .. LoopbackDns.Name("mail.example.com")]);
    }

    private string File => Path.Combine(_folder, "etc", "garita.toml");

    public void Dispose()
    {
        _dns.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Options_make_a_file_that_the_program_reads()
    {
        await using var server = new StrictMailServer(takesAnyone: false);
        var (code, text) = await RunAsync(null, "--hostname", "MX1.example.com", "--domain", "example.com", "--backend", server.Address, "--recipients", "call-ahead", "--data", Path.Combine(_folder, "data"));
        Assert.True(code == 0, text);
        Assert.Contains("mx1.example.com is 192.0.2.1, and 192.0.2.1 is mx1.example.com", text, StringComparison.Ordinal);
        Assert.Contains("set it to mx1.example.com last", text, StringComparison.Ordinal);
        Assert.Contains("call-ahead works", text, StringComparison.Ordinal);
        Assert.Contains("garita check --config " + File, text, StringComparison.Ordinal);
        Assert.DoesNotContain("DATA", server.Verbs, StringComparer.Ordinal);
        var settings = SettingsFile.Read(File);
        Assert.Equal("mx1.example.com", settings.Hostname);
        Assert.Equal(["example.com"], settings.Tenants[0].Domains);
        Assert.Equal(server.Address, settings.Tenants[0].Backends.Smtp[0].ToString());
        Assert.Equal(RecipientSource.CallAhead, settings.Tenants[0].Recipients.Source);
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_only_by_force_and_kept()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, "# mine\n");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var server = new StrictMailServer(takesAnyone: false);
        string[] options = ["--hostname", "mx1.example.com", "--domain", "example.com", "--backend", server.Address];
        var (code, text) = await RunAsync(null, options);
        Assert.Equal(1, code);
        Assert.Contains("is there already", text, StringComparison.Ordinal);
        Assert.Equal("# mine\n", await System.IO.File.ReadAllTextAsync(File));

        (code, text) = await RunAsync(null, [.. options, "--force"]);
        Assert.True(code == 0, text);
        Assert.Equal("# mine\n", await System.IO.File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.GetDirectoryName(File)!, "*.before-*"))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal("mx1.example.com", SettingsFile.Read(File).Hostname);
    }

    [Fact]
    public async Task Doubts_are_written_only_when_somebody_says_so()
    {
        _dns.Add("1.2.0.192.in-addr.arpa", LoopbackDns.Ptr, 60, LoopbackDns.Name("host-1.provider.example"));
        await using var server = new StrictMailServer(takesAnyone: true);
        string[] options = ["--hostname", "mx1.example.com", "--domain", "example.com", "--backend", server.Address, "--recipients", "call-ahead"];
        var (code, text) = await RunAsync(null, options);
        Assert.Equal(1, code);
        Assert.Contains("192.0.2.1 is host-1.provider.example", text, StringComparison.Ordinal);
        Assert.Contains("asking it tells nothing", text, StringComparison.Ordinal);
        Assert.Contains("nothing was written because of the doubts", text, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));

        (code, text) = await RunAsync(null, [.. options, "--yes"]);
        Assert.True(code == 0, text);
        Assert.True(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("--hostname is missing", "--domain", "example.com")]
    [InlineData("is no fully qualified host name", "--hostname", "localhost")]
    [InlineData("is no domain", "--hostname", "mx1.example.com", "--domain", "exa mple..com")]
    [InlineData("is no mail server", "--hostname", "mx1.example.com", "--domain", "example.com", "--backend", "[::1")]
    [InlineData("--key is given without --certificate", "--hostname", "mx1.example.com", "--domain", "example.com", "--backend", "127.0.0.1:1", "--recipients", "any", "--key", "/k")]
    [InlineData("there is no file /nowhere.pem", "--hostname", "mx1.example.com", "--domain", "example.com", "--backend", "127.0.0.1:1", "--recipients", "any", "--certificate", "/nowhere.pem")]
    [InlineData("Could not find file '/nowhere.recipients'", "--hostname", "mx1.example.com", "--domain", "example.com", "--backend", "127.0.0.1:1", "--recipients", "/nowhere.recipients")]
    public async Task What_cannot_be_used_writes_nothing(string expected, params string[] options)
    {
        var (code, text) = await RunAsync(null, options);
        Assert.Equal(2, code);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Tls_and_the_key_of_the_mail_server_are_looked_at()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=mail.example.com", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        await using var server = new StrictMailServer(takesAnyone: false, certificate);
        string[] options = ["--hostname", "mx1.example.com", "--domain", "example.com", "--backend", server.Address];
        var (code, text) = await RunAsync(null, [.. options, "--backend-pin", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]);
        Assert.Equal(1, code);
        Assert.Contains("not the pinned one", text, StringComparison.Ordinal);

        var pin = "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        (code, text) = await RunAsync(null, [.. options, "--backend-pin", pin]);
        Assert.True(code == 0, text);
        Assert.Contains("its key is the pinned one", text, StringComparison.Ordinal);
        Assert.Contains("call-ahead works", text, StringComparison.Ordinal);
        Assert.NotNull(SettingsFile.Read(File).Tenants[0].Backends.Pin);
        System.IO.File.Delete(File);

        (code, text) = await RunAsync(null, options);
        Assert.True(code == 0, text);
        Assert.Contains("TLS: its certificate is not for 127.0.0.1: enough on your own network", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_written_as_it_is_read()
    {
        var (code, text) = await RunAsync(null, "--hostname", "mx1.example.com", "--domain", "example.com", "--domain", "example.net", "--backend", "127.0.0.1:1", "--recipients", "ldap",
            "--ldap-server", "127.0.0.1:389", "--ldap-base", "dc=example,dc=com", "--yes");
        Assert.True(code == 0, text);
        var tenant = SettingsFile.Read(File).Tenants[0];
        Assert.Equal(RecipientSource.Ldap, tenant.Recipients.Source);
        Assert.Equal("dc=example,dc=com", tenant.Recipients.Ldap!.Base);
        Assert.Equal(["example.com", "example.net"], tenant.Domains);
        Assert.Contains("is it running, and may this machine connect to it?", text, StringComparison.Ordinal);
        // A mail server on this machine has no lockdown by address.
        Assert.Empty(SettingsFile.Read(File).Lockdown.Gateways);
        Assert.Contains("--for postfix --gateway 127.0.0.1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_asked_for_until_they_are_good()
    {
        await using var server = new StrictMailServer(takesAnyone: false);
        var recipients = Path.Combine(_folder, "people");
        await System.IO.File.WriteAllTextAsync(recipients, "anna@example.com\nbob@example.com\n");
        var (code, text) = await RunAsync(
            string.Join('\n', "nonsense", "mx1.example.com", "example.com", "127.0.0.1:1", "n", server.Address, recipients + ".missing", recipients, "", "y"));
        Assert.True(code == 0, text);
        Assert.Contains("is it running", text, StringComparison.Ordinal);
        Assert.Contains("has 2 recipients", text, StringComparison.Ordinal);
        Assert.Equal(recipients, SettingsFile.Read(File).Tenants[0].Recipients.File);
    }

    [Fact]
    public async Task A_file_that_the_service_cannot_read_is_doubtful()
    {
        var recipients = Path.Combine(_folder, "people");
        await System.IO.File.WriteAllTextAsync(recipients, "anna@example.com\n");
        await using var server = new StrictMailServer(takesAnyone: false);
        _account = new ServiceAccount("garita", 54321, [54321]);
        var (code, text) = await RunAsync(null, "--hostname", "mx1.example.com", "--domain", "example.com", "--backend", server.Address, "--recipients", recipients);
        Assert.Equal(1, code);
        // Its folder is the test's alone.
        Assert.Contains($"the service (user garita) cannot read {recipients}: {_folder} is closed to it", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_goes_away_in_the_middle_leaves_nothing()
    {
        var (code, text) = await RunAsync("mx1.example.com\n");
        Assert.Equal(1, code);
        Assert.Contains("nothing was written", text, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("mx1.example.com", 90, "Good")]
    [InlineData("mx1.example.com", 5, "Note")]
    [InlineData("mx1.example.com", -1, "Doubt")]
    [InlineData("other.example.com", 90, "Doubt")]
    public void A_certificate_is_looked_at(string name, int days, string expected)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(days));
        var files = new CertificateSettings(Path.Combine(_folder, "c.pem"), Path.Combine(_folder, "k.pem"));
        System.IO.File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        System.IO.File.SetUnixFileMode(files.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var checks = new SetupChecks(new Garita.Gateway.Evidence.Dns.DnsResolver(new DnsSettings { Servers = [_dns.Address] }, TimeProvider.System), TimeProvider.System);
        Assert.Equal(expected, checks.Certificate(files, "mx1.example.com").Max(static finding => finding.Level).ToString());
        System.IO.File.SetUnixFileMode(files.Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains(checks.Certificate(files, "mx1.example.com"), static finding => finding.Text.StartsWith("everybody on this machine can read the key", StringComparison.Ordinal));
    }

    [Fact]
    public void Gateways_are_written_for_the_lockdown()
    {
        var text = SetupText.Of(new SetupAnswers { Hostname = "mx1.example.com", Domains = ["example.com"], Backend = new BackendAddress("10.0.0.5", 25, false, false), Source = RecipientSource.Any, Gateways = ["10.0.0.1"] });
        Assert.Equal("10.0.0.1", Assert.Single(SettingsFile.Parse(text, "/etc/garita/garita.toml").Lockdown.Gateways).ToString());
    }

    /// <summary>Whatever an answer holds, it stays one value of the file.</summary>
    [Theory]
    [InlineData("a\"b\\c")]
    [InlineData("x\n[admin]\nbind = \"0.0.0.0:1\"")]
    [InlineData("tab\tbell\u0007")]
    public void An_answer_stays_one_string(string value)
    {
        var text = SetupText.Of(new SetupAnswers { Hostname = "mx1.example.com", Domains = ["example.com"], Backend = new BackendAddress("10.0.0.5", 25, false, false), Source = RecipientSource.File, RecipientFile = "/" + value });
        Assert.Equal(Path.GetFullPath("/" + value), SettingsFile.Parse(text, "/etc/garita/garita.toml").Tenants[0].Recipients.File);
    }

    private async Task<(int Code, string Text)> RunAsync(string? answers, params string[] options)
    {
        await using var output = new StringWriter();
        var parsed = CommandLine.Create().Parse(["setup", "--output", File, "--dns", _dns.Address.ToString(), .. options]);
        Assert.Empty(parsed.Errors);
        using var input = answers is null ? null : new StringReader(answers);
        int code;
        try
        {
            code = await SetupCommand.RunAsync(parsed, input, output, output, TimeProvider.System, _account);
        }
        catch (SettingsException problem)
        {
            code = 2;
            await output.WriteLineAsync(problem.Message);
        }

        return (code, output.ToString());
    }
}
