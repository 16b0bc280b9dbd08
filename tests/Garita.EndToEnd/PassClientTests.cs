using System.Net;
using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>A real Postfix behind learns the client's address, by XCLIENT and by PROXY.</summary>
public sealed class PassClientTests : Scene
{
    private static readonly (string Address, string Literal)[] Clients = [("203.0.113.9", "[203.0.113.9]"), ("198.51.100.7", "[198.51.100.7]"), ("2001:db8::9", "[IPv6:2001:db8::9]")];

    [Theory]
    [InlineData("xclient", "smtpd_authorized_xclient_hosts = 127.0.0.1")]
    [InlineData("proxy", "smtpd_upstream_proxy_protocol = haproxy")]
    public async Task Postfix_sees_each_client(string how, string postfixSetting)
    {
        // Who it refuses itself, it must know by the client's own address.
        var postfix = await PostfixAsync($"""
            inet_protocols = all
            smtpd_client_restrictions = check_client_access inline:{"{ { 198.51.100.66 = reject go away } }"}
            smtpd_delay_reject = yes
            {postfixSetting}
            """);
        var gateway = await ServeAsync(port => Head(port, "proxy_protocol_from = [\"127.0.0.1\"]")
            + Tenant("acme", "example.com", Loopback(postfix.Port), $"tls = \"none\"\npass_client = \"{how}\"\nconnections = 1"));

        // One connection to it: each client takes the place of the one before.
        foreach (var (address, _) in Clients)
        {
            using var peer = await SmtpPeer.GreetAsync(gateway.Port, Announce(address));
            await peer.DeliverAsync("anna@example.com", "from " + address);
        }

        var all = (await postfix.WaitForAsync(Clients.Length, TimeSpan.FromSeconds(20))).Select(Encoding.Latin1.GetString).ToList();
        foreach (var (address, literal) in Clients)
        {
            var mail = Assert.Single(all, text => text.Contains("Subject: from " + address + "\n", StringComparison.Ordinal));
            Assert.Matches(@"\nReceived: from gw\.example\.com \(unknown " + System.Text.RegularExpressions.Regex.Escape(literal) + @"\)\s+by mail\.example\.com \(Postfix\) with ESMTP", "\n" + mail);
        }

        using var refused = await SmtpPeer.GreetAsync(gateway.Port, Announce("198.51.100.66"));
        Assert.StartsWith("554 5.7.1", await refused.DeliverAsync("anna@example.com", "refused", "554"), StringComparison.Ordinal);
        Assert.Contains("go away", await ExplainAsync(gateway, "198.51.100.66", "refused"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_Postfix_does_not_take_XCLIENT_mail_goes_on_and_it_is_said()
    {
        var postfix = await PostfixAsync();
        var gateway = await ServeAsync(port => Head(port) + Tenant("acme", "example.com", Loopback(postfix.Port), "tls = \"none\"\npass_client = \"xclient\""));
        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        await peer.DeliverAsync("anna@example.com", "unknown");
        Assert.Contains("Subject: unknown", await SingleAsync(postfix), StringComparison.Ordinal);
        await gateway.WaitForLogAsync("does not take XCLIENT");
    }

    private static byte[] Announce(string address) =>
        Encoding.ASCII.GetBytes(IPAddress.Parse(address).AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? $"PROXY TCP4 {address} 192.0.2.1 45678 25\r\n"
            : $"PROXY TCP6 {address} 2001:db8::1 45678 25\r\n");
}
