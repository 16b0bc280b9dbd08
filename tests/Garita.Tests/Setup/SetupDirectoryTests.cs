using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Evidence.Dns;
using Garita.Gateway.Tests.Recipients.Ldap;
using Garita.Setup;
using Xunit;

namespace Garita.Tests.Setup;

/// <summary>What setup says of a directory.</summary>
public sealed class SetupDirectoryTests : IDisposable
{
    private readonly LoopbackDns _dns = new();
    private bool _seesAnybody = true;
    private bool _findsAnyone;
    private int _bindCode;
    private int _searchCode;

    public void Dispose() => _dns.Dispose();

    [Fact]
    public async Task A_good_one_is_good_and_is_asked_for_three_addresses_at_most()
    {
        using var server = Server();
        var findings = await FindingsAsync(server, "anna@example.com");
        Assert.Equal([FindingLevel.Good, FindingLevel.Good, FindingLevel.Good, FindingLevel.Good], findings.Select(static finding => finding.Level));
        Assert.Contains(findings, static finding => finding.Text is "it finds anna@example.com");
        Assert.Equal((1, 3), (server.Connections, server.Searches));
        Assert.Equal(FindingLevel.Note, (await FindingsAsync(server, null))[^1].Level);
    }

    [Fact]
    public async Task One_that_tells_nobody_from_somebody_raises_doubts()
    {
        using var server = Server();
        await DoubtAsync(server, "it does not find bob@example.com", "bob@example.com");
        _findsAnyone = true;
        await DoubtAsync(server, "it finds an address that cannot exist");
        (_findsAnyone, _seesAnybody) = (false, false);
        await DoubtAsync(server, "sees no recipient below dc=example,dc=com: all mail would be refused");
        _searchCode = 32;
        await DoubtAsync(server, "NoSuchObject (32)");
        _bindCode = 49;
        Assert.Contains("--ldap-password-file", (await DoubtAsync(server, "InvalidCredentials (49)")).Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_away_or_has_no_TLS_says_what_to_do()
    {
        var server = Server();
        using (server)
            Assert.Contains("--ldap-tls ldaps", (await DoubtAsync(server, "TLS", tls: "starttls")).Next, StringComparison.Ordinal);
        Assert.Contains("is it running", (await DoubtAsync(server, "127.0.0.1")).Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_settings_would_not_take_is_wrong_at_once()
    {
        using var server = Server();
        Assert.Contains(await FindingsAsync(server, null, tls: "maybe"), static finding => finding.Level == FindingLevel.Wrong);
        Assert.Equal(0, server.Connections);
    }

    private ScriptedLdapServer Server() => new(AnswerAsync);

    private async Task AnswerAsync(Stream stream, Asked asked)
    {
        switch (asked.Operation)
        {
            case 0:
                await stream.WriteAsync(ScriptedLdapServer.Message(asked.Id, ScriptedLdapServer.Result(0x61, _bindCode)));
                break;
            case 3:
                var isThere = asked.Has("@") ? _findsAnyone || asked.Has("anna@example.com") : _seesAnybody;
                if (isThere)
                    await stream.WriteAsync(ScriptedLdapServer.Message(asked.Id, ScriptedLdapServer.Entry(("mail", ["anna@example.com"]))));
                await stream.WriteAsync(ScriptedLdapServer.Message(asked.Id, ScriptedLdapServer.Result(0x65, _searchCode)));
                break;
            case 23:
                await stream.WriteAsync(ScriptedLdapServer.Message(asked.Id, ScriptedLdapServer.Result(0x78, 2)));
                break;
        }
    }

    private async Task<SetupFinding> DoubtAsync(ScriptedLdapServer server, string text, string? address = null, string tls = "none")
    {
        var findings = await FindingsAsync(server, address, tls);
        return Assert.Single(findings, finding => finding.Level == FindingLevel.Doubt && finding.Text.Contains(text, StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<SetupFinding>> FindingsAsync(ScriptedLdapServer server, string? address, string tls = "none")
    {
        var checks = new SetupChecks(new Garita.Gateway.Evidence.Dns.DnsResolver(new DnsSettings { Servers = [_dns.Address] }, TimeProvider.System), TimeProvider.System);
        return await checks.DirectoryAsync(new SetupAnswers
        {
            Hostname = "mx1.example.com",
            Domains = ["example.com"],
            Backend = new BackendAddress("10.0.0.5", 25, false, false),
            Source = RecipientSource.Ldap,
            LdapServer = server.Address.ToString(),
            LdapBase = "dc=example,dc=com",
            LdapTls = tls,
        }, address);
    }
}
