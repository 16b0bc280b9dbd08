using Xunit;

namespace Garita.EndToEnd;

/// <summary>Messages that real scanners look at: ClamAV, Rspamd, SpamAssassin, c-icap.</summary>
public sealed class EngineTests : Scene
{
    [Fact]
    public async Task ClamAV_finds_a_virus_and_its_absence_defers_or_tags()
    {
        Assert.SkipUnless(ScanServers.IsInstalled, "the scanners are not installed");
        var folder = Path.Combine(Folder, "clam");
        var clam = await ScanServers.ClamAvAsync(folder);
        await using var server = new ScriptedServer(["PIPELINING"]);
        await using var lenient = new ScriptedServer(["PIPELINING"]);
        var gateway = await ServeAsync(port => Head(port)
            + Tenant("acme", "example.com", Loopback(server.Port))
            + $"\n[engines.clamav]\naddress = \"unix:{folder}/clamd.ctl\"\n");
        var other = await ServeAnotherAsync(port => Head(port)
            + Tenant("acme", "example.com", Loopback(lenient.Port))
            + $"\n[engines.clamav]\naddress = \"{Loopback(clam.Port)}\"\nwhen_down = \"skip\"\n");

        Assert.StartsWith("554 5.7.1 the message holds a virus (virus, session ", await SendAsync(gateway.Port, ScanServers.Eicar), StringComparison.Ordinal);
        Assert.StartsWith("554 5.7.1", await SendAsync(other.Port, ScanServers.Eicar), StringComparison.Ordinal);
        Assert.Contains("clamav: Eicar-Test", await ExplainAsync(gateway, "anna@example.com", "refused"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(gateway.Port, "harmless"), StringComparison.Ordinal);
        // More than clamd takes: it says so in the middle, and the message passes by.
        Assert.StartsWith("250", await SendAsync(gateway.Port, string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 20_000))), StringComparison.Ordinal);
        await clam.DisposeAsync();
        Assert.StartsWith("451 4.7.1 the message cannot be scanned now", await SendAsync(gateway.Port, "harmless"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(other.Port, "harmless"), StringComparison.Ordinal);
        Assert.Contains("X-Garita-Rule: virus\n", lenient.Messages.Last(), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Garita-Rule", server.Messages.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rspamd_gets_its_refusal_and_SpamAssassin_adds_up()
    {
        Assert.SkipUnless(ScanServers.IsInstalled, "the scanners are not installed");
        var rspamd = Own(await ScanServers.RspamdAsync(Path.Combine(Folder, "rspamd")));
        var spamd = Own(await ScanServers.SpamAssassinAsync(Path.Combine(Folder, "spamd")));
        await using var server = new ScriptedServer(["PIPELINING"]);
        await using var second = new ScriptedServer(["PIPELINING"]);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)) + $"""

            [engines.rspamd]
            address = "{Loopback(rspamd.Port)}"

            """);
        var other = await ServeAnotherAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(second.Port)) + $"""
            [tenant.score]
            tag_at = 2
            headers = true
            [engines.spamassassin]
            address = "{Loopback(spamd.Port)}"

            """);
        Assert.StartsWith("550 5.7.1 the message looks like spam (score, session ", await SendAsync(gateway.Port, ScanServers.Gtube), StringComparison.Ordinal);
        Assert.Contains("; rspamd: reject", await ExplainAsync(gateway, "anna@example.com", "refused"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(gateway.Port, "harmless"), StringComparison.Ordinal);

        Assert.StartsWith("250", await SendAsync(other.Port, "harmless", "X-Spam-Flag: NO\r\nX-SPAM-Score:\r\n -99\r\n"), StringComparison.Ordinal);
        var message = second.Messages.Last();
        Assert.Matches("\nX-Spam-Score: [0-9.]+\nX-Spam-Flag: YES\nX-Spam-Status: Yes, score=[0-9.]+ required=2\n\ttests=(.+,\n\t)*spamassassin\n", message);
        Assert.Contains("X-Garita-Rule: score\n", message, StringComparison.Ordinal);
        Assert.DoesNotContain("-99", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Flag: NO", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ICAP_is_spoken_as_a_server_understands_it()
    {
        Assert.SkipUnless(ScanServers.IsInstalled, "the scanners are not installed");
        var icap = await ScanServers.IcapAsync(Path.Combine(Folder, "icap"));
        await using var server = new ScriptedServer(["PIPELINING"]);
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(server.Port)) + $"""

            [engines.icap]
            address = "{Loopback(icap.Port)}"
            service = "echo"

            """);
        Assert.StartsWith("250", await SendAsync(gateway.Port, "harmless"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(gateway.Port, string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 20_000))), StringComparison.Ordinal);
        await icap.DisposeAsync();
        Assert.StartsWith("451 4.7.1", await SendAsync(gateway.Port, "harmless again"), StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(int port, string body, string fields = "")
    {
        using var peer = await SmtpPeer.GreetAsync(port);
        await peer.SayAsync("MAIL FROM:<a@example.net>", "250");
        await peer.SayAsync("RCPT TO:<anna@example.com>", "250");
        await peer.SayAsync("DATA", "354");
        await peer.SendAsync($"From: a@example.net\r\nSubject: x\r\n{fields}\r\n{body}\r\n.\r\n");
        return await peer.ReplyAsync();
    }

    private async Task<RunningGateway> ServeAnotherAsync(Func<int, string> settings)
    {
        var port = RunningGateway.FreePort();
        return Own(await RunningGateway.ServeAsync(Path.Combine(Folder, "another"), port, settings(port)));
    }
}
