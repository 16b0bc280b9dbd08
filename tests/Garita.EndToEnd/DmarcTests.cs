using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Tests.Evidence.Dns;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Forged mail meets the whole program, with a DNS server of the test's own.</summary>
public sealed class DmarcTests : Scene
{
    private const string Forged = "From: The boss <ceo@victim.example>\r\nSubject: pay\r\n\r\nnow\r\n.\r\n";

    [Fact]
    public async Task A_forged_author_is_refused_at_DATA_and_the_record_says_why()
    {
        using var server = new LenientServer(Lenience.None);
        using var dns = Zone();
        var gateway = await ServeAsync(port => Settings(port, dns, server));
        var reply = await SendAsync(gateway.Port, "a@evil.example", Forged);
        Assert.StartsWith("550 5.7.26 ", reply, StringComparison.Ordinal);
        Assert.Contains("(DMARC)", reply, StringComparison.Ordinal);
        Assert.Empty(server.Messages);
        var record = await ExplainAsync(gateway, "a@evil.example", "dmarc");
        Assert.Contains("fail of victim.example, reject by _dmarc.victim.example", record, StringComparison.Ordinal);
        Assert.Contains("spf pass of evil.example", record, StringComparison.Ordinal);

        // The same author from where the domain sends.
        Assert.StartsWith("250 ", await SendAsync(gateway.Port, "ceo@victim.example", Forged), StringComparison.Ordinal);
        var taken = Assert.Single(server.Messages);
        Assert.StartsWith("Authentication-Results: gw.example.com;\n\tspf=pass smtp.mailfrom=ceo@victim.example;\n\tdkim=none;\n\tdmarc=pass header.from=victim.example\nReceived: ", taken.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listed_forwarder_is_not_blamed_and_forged_results_are_left_out()
    {
        using var server = new LenientServer(Lenience.None);
        using var dns = Zone();
        var gateway = await ServeAsync(port => Settings(port, dns, server) + "\n[networks]\nforwarders = [\"127.0.0.1\"]\n");
        var forgeries = "Authentication-Results: other.example; dmarc=pass\r\nAuthentication-Results:\r\n (hi) \"GW.example.com\"; dmarc=pass\r\n\theader.from=victim.example\r\n";
        Assert.StartsWith("250 ", await SendAsync(gateway.Port, "a@evil.example", forgeries + Forged), StringComparison.Ordinal);
        var taken = Assert.Single(server.Messages).Text;
        Assert.Contains("dmarc=fail header.from=victim.example policy.dmarc=reject\n", taken, StringComparison.Ordinal);
        Assert.Contains("Authentication-Results: other.example; dmarc=pass\nFrom: The boss", taken, StringComparison.Ordinal);
        Assert.Equal(1, taken.Split("gw.example.com;", StringSplitOptions.None).Length - 1);
        Assert.DoesNotContain("GW.example.com", taken, StringComparison.Ordinal);
        Assert.Contains("not held against a listed forwarder", await ExplainAsync(gateway, "a@evil.example", "dmarc"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_look_alikes_of_the_tenant_are_marked()
    {
        using var server = new LenientServer(Lenience.None);
        using var dns = Zone();
        var gateway = await ServeAsync(port => Settings(port, dns, server) + "[tenant.impersonation]\npeople = [\"Anna Muster\"]\n[tenant.rules]\nlook-alike = \"tag\"\n");
        Assert.StartsWith("250 ", await SendAsync(gateway.Port, "a@evil.example", "From: =?utf-8?Q?MUSTER,_=D0=90nna?= <a@evil.example>\r\n\r\npay\r\n.\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await SendAsync(gateway.Port, "a@evil.example", "From: a@exarnple.com\r\n\r\npay\r\n.\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await SendAsync(gateway.Port, "a@evil.example", "From: a@example.com\r\n\r\npay\r\n.\r\n"), StringComparison.Ordinal);
        var taken = server.Messages.Select(static message => message.Text).ToList();
        Assert.Contains("X-Garita-Rule: display-name\n", taken[0], StringComparison.Ordinal);
        Assert.Contains("X-Garita-Rule: look-alike\n", taken[1], StringComparison.Ordinal);
        Assert.Contains("X-Garita-Rule: look-alike\n", taken[2], StringComparison.Ordinal);
        Assert.DoesNotContain("display-name", taken[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_of_the_author_passes_whoever_sends()
    {
        using var server = new LenientServer(Lenience.None);
        using var dns = Zone();
        using var key = Key(dns, "k._domainkey.victim.example");
        var gateway = await ServeAsync(port => Settings(port, dns, server));
        var message = Encoding.ASCII.GetBytes("From: The boss <ceo@victim.example>\r\nSubject: pay\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nnow\r\n");
        var field = Encoding.ASCII.GetString((await new DkimSigner("victim.example", "k", key).SignAsync(new MemoryStream(message), TimeProvider.System.GetUtcNow()))!);
        Assert.StartsWith("250 ", await SendAsync(gateway.Port, "a@evil.example", field + Encoding.ASCII.GetString(message) + ".\r\n"), StringComparison.Ordinal);
        var taken = Assert.Single(server.Messages).Text;
        Assert.Contains("dkim=pass header.d=victim.example header.s=k header.b=", taken, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass header.from=victim.example\n", taken, StringComparison.Ordinal);
        // Changed by one letter it is a forgery.
        Assert.StartsWith("550 5.7.26 ", await SendAsync(gateway.Port, "a@evil.example", field + Encoding.ASCII.GetString(message).Replace("now", "nov", StringComparison.Ordinal) + ".\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lists.example", "dmarc=pass header.from=victim.example", "250 ")]
    [InlineData("lists.example", "dmarc=fail header.from=victim.example", "550 5.7.26 ")]
    [InlineData("other.example", "dmarc=pass header.from=victim.example", "550 5.7.26 ")]
    public async Task A_list_that_changed_the_message_answers_for_it_by_its_seal(string trusted, string found, string reply)
    {
        using var server = new LenientServer(Lenience.None);
        using var dns = Zone();
        using var key = Key(dns, "k._domainkey.lists.example");
        var gateway = await ServeAsync(port => Settings(port, dns, server) + $"\n[dmarc]\ntrusted_sealers = [\"{trusted}\"]\n");
        var message = Encoding.ASCII.GetBytes("From: The boss <ceo@victim.example>\r\nSubject: [list] pay\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nnow\r\n-- footer of the list\r\n");
        var set = await new ArcSealer("lists.example", "k", key).SealAsync(new MemoryStream(message), ArcStatus.None, "lists.example; " + found, TimeProvider.System.GetUtcNow());
        Assert.StartsWith(reply, await SendAsync(gateway.Port, "list@evil.example", Encoding.ASCII.GetString(set!) + Encoding.ASCII.GetString(message) + ".\r\n"), StringComparison.Ordinal);
        if (reply.StartsWith('5'))
            return;
        Assert.Contains("\tarc=pass;\n\tdmarc=fail header.from=victim.example policy.dmarc=reject\n", Assert.Single(server.Messages).Text, StringComparison.Ordinal);
        Assert.Contains("not held against the ARC seal of lists.example", await ExplainAsync(gateway, "list@evil.example", "dmarc"), StringComparison.Ordinal);
    }

    private static DkimPrivateKey Key(LoopbackDns dns, string name)
    {
        using var rsa = RSA.Create(1024);
        var key = DkimPrivateKey.Read(rsa.ExportPkcs8PrivateKeyPem(), out _)!;
        dns.Add(name, LoopbackDns.Txt, 60, LoopbackDns.Text(key.Record));
        return key;
    }

    private static string Settings(int port, LoopbackDns dns, LenientServer server) =>
        Head(port).Replace("\"127.0.0.1:9\"", $"\"{dns.Address}\"", StringComparison.Ordinal).Replace("100 ms", "2 s", StringComparison.Ordinal) + Tenant("acme", "example.com", Loopback(server.Port));

    private static LoopbackDns Zone()
    {
        var dns = new LoopbackDns();
        foreach (var name in (string[])["victim.example", "evil.example"])
        {
            dns.Add(name, LoopbackDns.Txt, 60, LoopbackDns.Text("v=spf1 ip4:127.0.0.1 -all"));
            dns.Add(name, LoopbackDns.Mx, 60, LoopbackDns.Exchanger(10, "mx." + name));
        }

        dns.Add("_dmarc.victim.example", LoopbackDns.Txt, 60, LoopbackDns.Text("v=DMARC1; p=", "reject; rua=mailto:dmarc@victim.example"));
        return dns;
    }

    private static async Task<string> SendAsync(int port, string sender, string message)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var reply = await ReplyAsync();
        foreach (var line in (string[])["EHLO client.example\r\n", $"MAIL FROM:<{sender}>\r\n", "RCPT TO:<anna@example.com>\r\n", "DATA\r\n", message])
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line), TestContext.Current.CancellationToken);
            reply = await ReplyAsync();
        }

        return reply;

        async Task<string> ReplyAsync()
        {
            while (true)
            {
                var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
                if (line.Length < 4 || line[3] != '-')
                    return line;
            }
        }
    }
}
