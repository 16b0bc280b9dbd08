using Xunit;

namespace Garita.EndToEnd.Lockdown;

/// <summary>Each packet filter of a lockdown in force before a real Postfix in a namespace: the gateway gets in, a stranger does not, and the probe tells both.</summary>
public sealed class PacketFilterTests
{
    private const string Open = "OPEN past the gateway";

    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task A_packet_filter_lets_the_gateway_in_and_nobody_else(string form)
    {
        using var site = LockdownSite.Make(form is "nftables" ? "/usr/sbin/nft" : "/usr/sbin/iptables", $"gateway_macs = [\"{MailSite.GatewayMac}\"]");
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(site.Folder, "postfix"), site.Server, ["inet_interfaces = all", "inet_protocols = all"]);
        foreach (var (before, seen) in await Task.WhenAll(((string[])[MailSite.ServerAddress, MailSite.ServerAddress6]).Select(address => Task.Run(() => site.Garita("wall", "probe", address, "--netns", site.Stranger)))))
        {
            Assert.True(before == 1, seen);
            Assert.Contains($"port 25: {Open}", seen, StringComparison.Ordinal);
        }

        var file = Path.Combine(site.Folder, "lockdown");
        var (made, text) = site.Garita("wall", "lockdown", "--for", form, "--output", file);
        Assert.True(made == 0, text);
        var (applied, said) = LockdownSite.Script(site, file, "apply");
        Assert.True(applied == 0, said);

        // Who is not answered waits for it: all of them side by side.
        var probes = ((string[])[MailSite.ServerAddress, MailSite.ServerAddress6]).Select(address => Task.Run(() => site.Garita("wall", "probe", address, "--netns", site.Stranger))).ToArray();
        var strange = Task.Run(() => MailSite.Mail(site.Stranger, "user1@example.com"));
        var (sent, log) = MailSite.Mail(site.Gateway, "user1@example.com");
        Assert.True(sent == 0, log);
        Assert.Single(await postfix.WaitForAsync(1, TimeSpan.FromSeconds(30)));
        foreach (var (after, seen) in await Task.WhenAll(probes))
        {
            Assert.True(after == 0, seen);
            Assert.Contains("Locked down", seen, StringComparison.Ordinal);
        }

        (sent, log) = await strange;
        Assert.True(sent != 0, log);

        // Who takes the gateway's address comes by the wrong interface.
        MailSite.Must("ip", "-n", site.Stranger, "address", "add", MailSite.GatewayAddress + "/32", "dev", "at0");
        (sent, log) = MailSite.Mail(site.Stranger, "user1@example.com", MailSite.ServerAddress, "--local-interface", MailSite.GatewayAddress);
        Assert.True(sent != 0, log);
        if (form is "iptables")
            return;
        Assert.True(site.Counted("gateway") >= 3);
        Assert.True(site.Counted("direct") >= 2);
        var forged = site.Counted("forged");
        Assert.True(forged >= 1);

        // And who takes its address on its own cable has another card.
        MailSite.Must("ip", "-n", site.Gateway, "link", "set", "gw0", "address", "02:00:00:00:00:99");
        (sent, log) = MailSite.Mail(site.Gateway, "user1@example.com");
        Assert.True(sent != 0, log);
        Assert.True(site.Counted("forged") > forged);
    }

    /// <summary>A stranger's session that was open before is cut, not only new ones.</summary>
    [Fact]
    public async Task A_session_that_is_open_ends_too()
    {
        using var site = LockdownSite.Make("/usr/sbin/nft");
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(site.Folder, "postfix"), site.Server, ["inet_interfaces = all"]);
        var file = Path.Combine(site.Folder, "lockdown.nft");
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", "nftables", "--ruleset", "--output", file).Code);
        // The shell greets, waits until the lockdown is in force, and asks again.
        var (go, done) = (Path.Combine(site.Folder, "go"), Path.Combine(site.Folder, "done"));
        MailSite.Must("mkfifo", go, done);
        var stranger = Task.Run(() => MailSite.In(site.Stranger, "bash", "-c", $"exec 3<>/dev/tcp/{MailSite.ServerAddress}/25; read -t 10 -u 3 line; echo \"first $line\"; echo x > {go}; read -t 20 y < {done}; printf 'NOOP\\r\\n' >&3; read -t 2 -u 3 line && echo \"second $line\"; true"));
        Assert.Equal("x\n", await File.ReadAllTextAsync(go).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, MailSite.In(site.Server, "nft", "-f", file).Code);
        await File.WriteAllTextAsync(done, "x\n").WaitAsync(TimeSpan.FromSeconds(20));
        var (_, text) = await stranger;
        Assert.Contains("first 220 mail.example.com", text, StringComparison.Ordinal);
        Assert.DoesNotContain("second", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ruleset_with_everything_limits_egress_too()
    {
        using var site = LockdownSite.Make("/usr/sbin/nft", $"also_from = [\"10.9.0.0/16\"]\nssh_from = [\"10.77.1.0/24\"]\nservices = [143]\ndns = [\"{MailSite.StrangerAddress}\"]\nlog_hosts = [\"[fd77:2::3]:6514\"]\nupdates = [\"192.0.2.0/24\"]\ngateway_macs = [\"02:00:00:00:00:01\"]\n");
        foreach (var form in (string[])["nftables", "iptables"])
        {
            var file = Path.Combine(site.Folder, form);
            Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--output", file).Code);
            var (applied, said) = LockdownSite.Script(site, file, "apply");
            Assert.True(applied == 0, said);
            // Nobody listens there: refused by the host itself is "let out", at once; by the lockdown it is "no route to host".
            Assert.Contains("refused", Connect(site, MailSite.StrangerAddress, 53), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("refused", Connect(site, "fd77:2::3", 6514), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("No route", Connect(site, MailSite.StrangerAddress, 80), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("refused", Connect(site, "fd77:2::3", 514), StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, LockdownSite.Script(site, file, "undo").Code);
            Assert.Contains("refused", Connect(site, MailSite.StrangerAddress, 80), StringComparison.OrdinalIgnoreCase);
        }

        static string Connect(MailSite site, string host, int port) => MailSite.In(site.Server, "timeout", "5", "bash", "-c", $"exec 3<>/dev/tcp/{host}/{port}").Text;
    }
}
