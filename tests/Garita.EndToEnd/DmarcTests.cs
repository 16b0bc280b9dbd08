using System.Net.Sockets;
using System.Text;
using Garita.Gateway.Tests.Evidence.Dns;
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
        Assert.StartsWith("Authentication-Results: gw.example.com;\n\tspf=pass smtp.mailfrom=ceo@victim.example;\n\tdmarc=pass header.from=victim.example\nReceived: ", taken.Text, StringComparison.Ordinal);
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
