using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Garita.Gateway.Alarms;
using Garita.Gateway.Recipients;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Xunit;
using static Garita.Gateway.Tests.Recipients.Ldap.ScriptedLdapServer;

namespace Garita.Gateway.Tests.Recipients.Ldap;

/// <summary>Single questions: in live mode all of them, beside a reading those for what it lacks.</summary>
public sealed class LdapLiveTests : IDisposable
{
    private readonly LdapWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Live_asks_once_on_one_connection_and_remembers_for_a_short_time()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        var tenant = _world.Apply(server.Address, Live);
        Assert.Equal(new RecipientAnswer(RecipientStatus.Known, "ldap-live"), await _world.FindAsync(tenant, "anna"));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Known, "ldap-live"), await _world.FindAsync(tenant, "ANNA"));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unknown, "ldap-live"), await _world.FindAsync(tenant, "eve"));
        Assert.Equal(RecipientStatus.Unknown, (await _world.FindAsync(tenant, "eve")).Status);
        Assert.Equal((2, 1), (server.Searches, server.Connections));
        Assert.Contains(server.Requests, static request => request.Has("smtp:anna@example.com") && request.Has("@example.com"));
        server.Entries = [("mail", ["eve@example.com"])];
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "eve")).Status);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "anna")).Status);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "Postmaster")).Status);
        Assert.Equal(3, server.Searches);
    }

    [Fact]
    public async Task Subaddresses_are_asked_for_with_their_user_in_one_question()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        var tenant = _world.Apply(server.Address, Live);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "anna+x")).Status);
        Assert.Contains(server.Requests, static request => request.Has("anna+x@example.com") && request.Has("anna@example.com"));
        Assert.Equal(1, server.Searches);
    }

    [Fact]
    public async Task An_outage_is_unavailable_and_costs_no_second_wait()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        var tenant = _world.Apply(server.Address, Live);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "anna")).Status);
        server.Answer = static (_, _) => throw new IOException("down");
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unavailable, "ldap-down"), await _world.FindAsync(tenant, "bob"));
        var connections = server.Connections;
        Assert.Equal(RecipientStatus.Unavailable, (await _world.FindAsync(tenant, "carl")).Status);
        Assert.Equal(connections, server.Connections);
        // What is known stays known.
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "anna")).Status);
        server.Answer = server.Usual;
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RecipientStatus.Unknown, (await _world.FindAsync(tenant, "bob")).Status);
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_while_idle_is_no_outage()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        server.Answer = async (stream, asked) =>
        {
            await server.Usual(stream, asked);
            if (asked.Operation == 3)
                await stream.DisposeAsync();
        };
        var tenant = _world.Apply(server.Address, Live);
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "anna")).Status);
        Assert.Equal(RecipientStatus.Unknown, (await _world.FindAsync(tenant, "bob")).Status);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_silent_server_is_unavailable_after_the_deadline()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        server.Answer = (stream, asked) => asked.Operation == 3 ? Task.CompletedTask : server.Usual(stream, asked);
        var tenant = _world.Apply(server.Address, Live);
        var asking = _world.FindAsync(tenant, "anna").AsTask();
        while (!asking.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            if (server.Searches > 0)
                _world.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(new RecipientAnswer(RecipientStatus.Unavailable, "ldap-down"), await asking);
    }

    [Fact]
    public async Task A_name_that_a_reading_lacks_is_asked_for_within_the_rate()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        var tenant = _world.Apply(server.Address, static settings => settings with { LiveRate = 2 });
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        server.Entries = [.. server.Entries, ("mail", ["new@example.com"])];
        var before = server.Searches;
        Assert.Equal(new RecipientAnswer(RecipientStatus.Known, "ldap"), await _world.FindAsync(tenant, "anna"));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Known, "ldap-live"), await _world.FindAsync(tenant, "new"));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unknown, "ldap-live"), await _world.FindAsync(tenant, "x1"));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unavailable, "ldap-rate"), await _world.FindAsync(tenant, "x2"));
        Assert.Equal(RecipientStatus.Unknown, (await _world.FindAsync(tenant, "x1")).Status);
        Assert.Equal(before + 2, server.Searches);
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RecipientStatus.Unknown, (await _world.FindAsync(tenant, "x2")).Status);
    }

    [Fact]
    public async Task In_an_outage_a_fresh_reading_decides_and_an_old_one_only_for_what_it_knows()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        var tenant = _world.Apply(server.Address);
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        server.Answer = static (_, _) => throw new IOException("down");
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unknown, "ldap"), await _world.FindAsync(tenant, "eve"));
        _world.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unavailable, "ldap-stale"), await _world.FindAsync(tenant, "eve"));
        Assert.Equal(RecipientStatus.Known, (await _world.FindAsync(tenant, "anna")).Status);
        await _world.ReachAsync(TimeSpan.FromMinutes(20), () => _world.Alarms.Any(static alarm => alarm.Kind == AlarmKind.DirectoryStale));
        // A directory that answers again but whose reading is not taken is not believed when it says no.
        server.Answer = (stream, asked) => asked.Has("1.2.840.113556.1.4.319") ? throw new IOException("down") : server.Usual(stream, asked);
        _world.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(new RecipientAnswer(RecipientStatus.Unavailable, "ldap-stale"), await _world.FindAsync(tenant, "eve"));
    }

    [Fact]
    public async Task Without_a_reading_nothing_is_unknown()
    {
        using var server = new ScriptedLdapServer(static (_, _) => throw new IOException("down"));
        var tenant = _world.Apply(server.Address);
        Assert.Equal(RecipientStatus.Unavailable, (await _world.FindAsync(tenant, "anna")).Status);
        server.Entries = [("mail", ["anna@example.com"])];
        server.Answer = server.Usual;
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        await _world.ReachAsync(TimeSpan.FromMinutes(1), () => _world.Directory.Count("acme") == 1);
    }

    [Fact]
    public async Task What_memory_has_is_answered_without_allocation()
    {
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"]));
        var tenant = _world.Apply(server.Address);
        Assert.True((await _world.Directory.SyncAsync("acme", force: false)).IsTaken);
        var (anna, eve) = (new Mailbox("anna", "example.com"), new Mailbox("eve", "example.com"));
        Assert.Equal(RecipientStatus.Unknown, (await _world.FindAsync(tenant, "eve")).Status);
        AssertFree(tenant, anna, RecipientStatus.Known);
        AssertFree(tenant, eve, RecipientStatus.Unknown);
    }

    [Theory]
    [InlineData("127.0.0.1", 1, null)]
    [InlineData("127.0.0.1", -1, "the TLS handshake|NotTimeValid|certificate")]
    [InlineData("127.0.0.2", 1, "RemoteCertificateNameMismatch")]
    public async Task StartTls_is_verified_before_the_password_goes(string name, int days, string? problem)
    {
        using var certificate = Certificate(name, days);
        var ca = Path.Combine(_world.Folder, "ca.pem");
        await File.WriteAllTextAsync(ca, certificate.ExportCertificatePem());
        using var server = new ScriptedLdapServer(("mail", ["anna@example.com"])) { Certificate = certificate };
        _world.Apply(server.Address, settings => settings with { Tls = LdapTls.StartTls, Ca = ca, BindDn = "cn=g", PasswordVariable = "PATH" });
        var result = await _world.Directory.SyncAsync("acme", force: false);
        Assert.Equal(problem is null, result.IsTaken);
        if (problem is null)
            return;
        Assert.Contains(problem.Split('|'), part => result.Problem!.Contains(part, StringComparison.Ordinal));
        Assert.DoesNotContain(server.Requests, static request => request.Operation == 0);
    }

    [Fact]
    public async Task StartTls_refused_or_injected_is_no_reading()
    {
        using var server = new ScriptedLdapServer((stream, asked) => stream.WriteAsync(Message(asked.Id, Result(0x78, 2))).AsTask());
        _world.Apply(server.Address, static settings => settings with { Tls = LdapTls.StartTls });
        Assert.Contains("refused StartTLS", (await _world.Directory.SyncAsync("acme", force: false)).Problem, StringComparison.Ordinal);
        server.Answer = (stream, asked) => stream.WriteAsync((byte[])[.. Message(asked.Id, Result(0x78, 0)), .. Message(2, Result(0x61, 0))]).AsTask();
        Assert.Contains("octets behind", (await _world.Directory.SyncAsync("acme", force: false)).Problem, StringComparison.Ordinal);
    }

    private void AssertFree(TenantSettings tenant, Mailbox mailbox, RecipientStatus expected)
    {
#pragma warning disable CA2012, CA1849 // what is in memory is complete at once; that is what is tested
        _ = _world.Directory.FindAsync(tenant, null, mailbox);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = _world.Directory.FindAsync(tenant, null, mailbox);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(expected, answer.Result.Status);
#pragma warning restore CA2012, CA1849
    }

    private static LdapSettings Live(LdapSettings settings) => settings with { Mode = LdapMode.Live };

    private static X509Certificate2 Certificate(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ldap", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(name));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(days));
    }
}
