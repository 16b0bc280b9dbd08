using System.Text;
using Garita.Hardening.Probes;
using Xunit;

namespace Garita.Hardening.Tests.Probes;

/// <summary>Each probe against a server that is as it should be and one that is not; and servers that lie, stall and talk for ever.</summary>
public sealed class ProbeTests
{
    private const string Hello = "250-mail.example.com\n250-SIZE 1000\n250-STARTTLS\n250 8BITMIME";
    private static readonly DateTimeOffset Far = TimeProvider.System.GetUtcNow().AddDays(300);

    /// <summary>As a domain controller's: host, domain and DNS names ([MS-NLMP] §2.2.1.2).</summary>
    private static string Challenge
    {
        get
        {
            byte[] info = [.. Name(2, "CORP"), .. Name(1, "EX01"), .. Name(4, "corp.example"), 0, 0, 0, 0];
            return Convert.ToBase64String([.. "NTLMSSP\0"u8, 2, 0, 0, 0, .. new byte[28], (byte)info.Length, 0, (byte)info.Length, 0, 48, 0, 0, 0, .. info]);
        }
    }

    [Theory]
    [InlineData("220 mail.example.com ESMTP ready", Outcome.Pass)]
    [InlineData("220 mail.example.com ESMTP Postfix (Debian/GNU)", Outcome.Warning)]
    [InlineData("220 EX01.corp.local ESMTP", Outcome.Warning)]
    [InlineData("220 EX01 Microsoft ESMTP MAIL Service, Version: 10.0.20348.1 ready at Wed, 25 Nov 2026", Outcome.Fail)]
    [InlineData("220 mail.example.com ESMTP Exim 4.96 Wed, 25 Nov 2026 01:00:00 +0000", Outcome.Fail)]
    [InlineData("554 5.7.1 not you", Outcome.Unknown)]
    [InlineData("SSH-2.0-OpenSSH_9.2", Outcome.Unknown)]
    public Task What_the_greeting_tells(string greeting, Outcome expected) => AssertAsync("banner-tells-little", expected, greeting);

    [Theory]
    [InlineData("252 2.1.5 try it", "502 no", Outcome.Pass)]
    [InlineData("250 2.1.5 Anna <anna@example.com>", "502 no", Outcome.Fail)]
    [InlineData("550 5.1.1 unknown", "502 no", Outcome.Fail)]
    [InlineData("502 no", "250 anna@example.com", Outcome.Fail)]
    public Task What_may_be_asked(string verify, string expand, Outcome expected) => AssertAsync("no-verify", expected, answers: [("VRFY", verify), ("EXPN", expand)]);

    [Theory]
    [InlineData("RCPT TO:<probe@example.net>", "250 ok", Outcome.Fail)]
    [InlineData("RCPT TO:<@", "250 ok", Outcome.Fail)]
    [InlineData("RCPT TO:<probe%", "250 ok", Outcome.Warning)]
    [InlineData("RCPT TO:<example.net!probe>", "250 ok", Outcome.Warning)]
    [InlineData("RCPT TO:<probe@example.net>", "450 4.2.0 greylisted", Outcome.Unknown)]
    [InlineData("RCPT TO:<probe@example.net>", "454 4.7.1 Relay access denied", Outcome.Pass)]
    [InlineData("RCPT TO:<nobody", "250 ok", Outcome.Pass)]
    public Task Who_may_relay(string prefix, string answer, Outcome expected) =>
        AssertAsync("no-relay", expected, answers: [("MAIL", "250 ok"), (prefix, answer), ("RCPT", "550 5.7.1 no relay"), ("RSET", "250 ok")]);

    [Theory]
    [InlineData("550 5.1.1 unknown", Outcome.Pass)]
    [InlineData("250 ok", Outcome.Fail)]
    [InlineData("451 later", Outcome.Unknown)]
    public Task Whether_anybody_is_taken(string unknown, Outcome expected) =>
        AssertAsync("unknown-recipients", expected, to: "anna@example.com", answers: [("MAIL", "250 ok"), ("RCPT TO:<anna@", "250 ok"), ("RCPT", unknown)]);

    [Fact]
    public Task Without_an_address_nobody_asks() => AssertAsync("unknown-recipients", Outcome.NotApplicable);

    [Theory]
    [InlineData(false, Outcome.Pass)]
    [InlineData(true, Outcome.Warning)]
    public async Task Whether_a_bare_newline_ends_a_line(bool takes, Outcome expected)
    {
        await using var server = new ScriptedMailServer("220 mail.example.com", ("EHLO", Hello), ("NOOP", "250 ok")) { TakesBareNewlines = takes };
        await AssertAsync("no-bare-newline", expected, server.Port);
    }

    [Theory]
    [InlineData("250-mail.example.com\n250 SIZE", Outcome.Pass)]
    [InlineData("250-mail.example.com\n250 AUTH PLAIN LOGIN", Outcome.Fail)]
    [InlineData("250-mail.example.com\n250 AUTH=LOGIN", Outcome.Fail)]
    [InlineData("250-mail.example.com\n250 AUTH GSSAPI", Outcome.Warning)]
    [InlineData("500 what", Outcome.Unknown)]
    public Task Passwords_without_TLS(string hello, Outcome expected) => AssertAsync("no-plain-login", expected, answers: [("EHLO", hello)]);

    [Fact]
    public async Task Names_in_the_challenge_of_NTLM()
    {
        var finding = await AssertAsync("no-ntlm-names", Outcome.Fail, answers: [("EHLO", "250-EX01\n250 AUTH NTLM"), ("AUTH NTLM", "334 NTLM supported"), ("TlRM", "334 " + Challenge), ("*", "501 ended")]);
        Assert.Equal("it tells domain CORP, host EX01, DNS name of the domain corp.example", finding.Found);
        await AssertAsync("no-ntlm-names", Outcome.Pass, answers: [("EHLO", "250-EX01\n250 AUTH PLAIN")]);
        await AssertAsync("no-ntlm-names", Outcome.Warning, answers: [("EHLO", "250-EX01\n250 AUTH NTLM"), ("AUTH", "535 no")]);
    }

    [Fact]
    public void Any_octets_are_no_challenge_or_give_names()
    {
        var whole = Convert.FromBase64String(Challenge);
        for (var length = 0; length < whole.Length; length++)
            NtlmChallenge.NamesOf(Convert.ToBase64String(whole.AsSpan(0, length)));
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var octets = whole.ToArray();
            octets[random.Next(8, octets.Length)] = (byte)random.Next(256);
            octets[random.Next(40, 48)] = (byte)random.Next(256);
            NtlmChallenge.NamesOf(Convert.ToBase64String(octets));
        }

        Assert.Empty(NtlmChallenge.NamesOf("not base64"));
        Assert.Equal(3, NtlmChallenge.NamesOf(Challenge).Count);
    }

    [Fact]
    public async Task Whether_TLS_works()
    {
        await AssertAsync("offers-tls", Outcome.Fail, answers: [("EHLO", "250 mail.example.com")]);
        await AssertAsync("offers-tls", Outcome.Fail, answers: [("EHLO", Hello), ("STARTTLS", "454 not now")]);
        await using var server = Secure("localhost", Far);
        await AssertAsync("offers-tls", Outcome.Pass, server.Port);
    }

    [Theory]
    [InlineData(21, Outcome.Pass)]
    [InlineData(22, Outcome.Fail)]
    [InlineData(80, Outcome.Unknown)]
    public async Task Whether_TLS_1_0_is_spoken(byte kind, Outcome expected)
    {
        await using var server = new ScriptedMailServer("220 mail.example.com", ("EHLO", Hello), ("STARTTLS", "220 go")) { InsteadOfTls = [kind, 3, 1, 0, 2, 2, 70] };
        await AssertAsync("no-old-tls", expected, server.Port);
    }

    [Fact]
    public async Task A_server_of_today_refuses_TLS_1_0()
    {
        await using var server = Secure("localhost", Far);
        await AssertAsync("no-old-tls", Outcome.Pass, server.Port);
    }

    [Theory]
    [InlineData("localhost", -1, Outcome.Fail, "it ended on")]
    [InlineData("localhost", 300, Outcome.Warning, "no authority that this machine trusts")]
    [InlineData("other.example", 300, Outcome.Warning, "it is not for localhost; no authority")]
    [InlineData("localhost", 5, Outcome.Warning, "no authority that this machine trusts has signed it; it ends on")]
    public async Task What_is_wrong_with_the_certificate(string name, int days, Outcome expected, string found)
    {
        await using var server = Secure(name, TimeProvider.System.GetUtcNow().AddDays(days));
        Assert.StartsWith(found, (await AssertAsync("good-certificate", expected, server.Port)).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, Outcome.Pass)]
    [InlineData(true, Outcome.Fail)]
    public async Task Whether_what_came_before_TLS_counts(bool keeps, Outcome expected)
    {
        await using var server = new ScriptedMailServer("220 mail.example.com", ("EHLO", Hello), ("STARTTLS", "220 go"), ("NOOP", "250 ok"), ("QUIT", "221 bye"))
        {
            Certificate = ScriptedMailServer.CertificateFor("localhost", Far), KeepsInput = keeps,
        };
        await AssertAsync("clean-starttls", expected, server.Port);
    }

    [Theory]
    [InlineData("* OK ready", "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\na OK", Outcome.Pass)]
    [InlineData("* OK ready", "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\na OK", Outcome.Fail)]
    [InlineData("* OK ready", "* CAPABILITY IMAP4rev1\na OK", Outcome.Fail)]
    [InlineData("* OK ready", "a BAD what", Outcome.Unknown)]
    [InlineData("+OK ready", "", Outcome.Unknown)]
    public async Task Passwords_over_IMAP(string greeting, string capability, Outcome expected)
    {
        await using var server = new ScriptedMailServer(greeting, ("a CAPABILITY", capability));
        await AssertAsync("no-plain-imap", expected, target: Target(1) with { ImapPort = server.Port });
    }

    [Theory]
    [InlineData("+OK ready", "+OK\nSTLS\nUIDL\n.", Outcome.Pass)]
    [InlineData("+OK ready", "+OK\nUSER\n.", Outcome.Fail)]
    [InlineData("+OK ready", "+OK\nSASL GSSAPI PLAIN\n.", Outcome.Fail)]
    [InlineData("+OK ready", "-ERR what", Outcome.Unknown)]
    [InlineData("* OK ready", "", Outcome.Unknown)]
    public async Task Passwords_over_POP3(string greeting, string capability, Outcome expected)
    {
        await using var server = new ScriptedMailServer(greeting, ("CAPA", capability));
        await AssertAsync("no-plain-pop3", expected, target: Target(1) with { PopPort = server.Port });
    }

    [Theory]
    [InlineData("GET /owa", "HTTP/1.1 302 Found", Outcome.Pass, "/owa/ (302) answer, no administration")]
    [InlineData("GET /ecp", "HTTP/1.1 302 Found", Outcome.Fail, "/ecp/ (302) answer")]
    [InlineData("GET /powershell", "HTTP/1.1 401 Unauthorized", Outcome.Fail, "/powershell/ (401) answer")]
    [InlineData("GET /nothing", "", Outcome.Pass, "none of Exchange's paths answers")]
    [InlineData("GET /", "HTTP/1.1 302 Found", Outcome.Unknown, "it answers 302 to a path that nobody has")]
    [InlineData("GET /", "220 mail.example.com", Outcome.Unknown, "that is no web server")]
    public async Task What_administrators_reach_from_here(string prefix, string answer, Outcome expected, string found)
    {
        await using var server = new ScriptedMailServer("", (prefix, answer), ("GET", "HTTP/1.1 404 Not Found")) { IsImplicit = true, Certificate = ScriptedMailServer.CertificateFor("localhost", Far) };
        Assert.Equal(found, (await AssertAsync("no-web-administration", expected, target: Target(1) with { WebPort = server.Port })).Found);
    }

    /// <summary>Silence, lines and replies without end, octets that are no text, and nobody there: unknown, or not applicable where nobody has to be there.</summary>
    [Fact]
    public async Task Whatever_a_server_does_no_probe_passes_without_having_looked()
    {
        string[] hostile = ["", new('x', 5000), string.Join('\n', Enumerable.Repeat("220-more", 200)), "2\u0000\u0007\u001b]0;x", "220", "999999 hello"];
        foreach (var greeting in hostile)
        {
            await using var server = new ScriptedMailServer(greeting, ("EHLO", new string('y', 3000)), ("", "\u001b[31m250"));
            var target = Target(server.Port) with { ImapPort = server.Port, PopPort = server.Port, WebPort = server.Port, Recipient = "anna@example.com", Patience = TimeSpan.FromMilliseconds(300), Silence = TimeSpan.FromMilliseconds(50) };
            foreach (var probe in ProbeRun.All)
            {
                var result = await ProbeRun.AskAsync(probe, target);
                Assert.True(result.Outcome == Outcome.Unknown || (result.Outcome, probe.Id, greeting) is (Outcome.Pass, "banner-tells-little", "220") or (Outcome.Warning, "banner-tells-little", "220"), $"{probe.Id} {greeting}: {result}");
                Assert.DoesNotContain(result.Found, static one => char.IsControl(one));
            }
        }

        var nobody = Target(1) with { ImapPort = 1, PopPort = 1, WebPort = 1, Recipient = "anna@example.com" };
        foreach (var probe in ProbeRun.All)
            Assert.Equal(probe is PlainImap or PlainPop or WebAdministration ? Outcome.NotApplicable : Outcome.Unknown, (await ProbeRun.AskAsync(probe, nobody)).Outcome);
    }

    [Fact]
    public void Each_has_its_own_name_and_says_all_that_a_check_says()
    {
        Assert.Equal(ProbeRun.All.Count, ProbeRun.All.Select(static probe => probe.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(ProbeRun.All, static probe => Assert.All((string[])[probe.Title, probe.Why, probe.Expected, probe.Mend], static text => Assert.True(text.Length > 8, text)));
    }

    private static ScriptedMailServer Secure(string name, DateTimeOffset end) =>
        new("220 mail.example.com", ("EHLO", Hello), ("STARTTLS", "220 go")) { Certificate = ScriptedMailServer.CertificateFor(name, end) };

    private static ProbeTarget Target(int port) => new("localhost", port, null, TimeProvider.System);

    private static byte[] Name(byte kind, string name) => [kind, 0, (byte)(name.Length * 2), 0, .. Encoding.Unicode.GetBytes(name)];

    private static async Task<ProbeResult> AssertAsync(string id, Outcome expected, string greeting = "220 mail.example.com ESMTP", string? to = null, params (string Prefix, string Answer)[] answers)
    {
        await using var server = new ScriptedMailServer(greeting, [.. answers, ("EHLO", Hello)]);
        return await AssertAsync(id, expected, target: Target(server.Port) with { Recipient = to });
    }

    private static Task<ProbeResult> AssertAsync(string id, Outcome expected, int port) => AssertAsync(id, expected, target: Target(port));

    private static async Task<ProbeResult> AssertAsync(string id, Outcome expected, ProbeTarget target)
    {
        var result = await ProbeRun.AskAsync(ProbeRun.All.Single(probe => string.Equals(probe.Id, id, StringComparison.Ordinal)), target);
        Assert.True(result.Outcome == expected, result.ToString());
        return result;
    }
}
