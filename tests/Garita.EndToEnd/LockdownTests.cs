using Xunit;

namespace Garita.EndToEnd;

/// <summary>Each lockdown in force on a real Postfix in a namespace: the gateway gets in, a stranger does not, and the probe tells both.</summary>
public sealed class LockdownTests
{
    private const string Open = "OPEN past the gateway";

    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task A_packet_filter_lets_the_gateway_in_and_nobody_else(string form)
    {
        using var site = Site(form is "nftables" ? "/usr/sbin/nft" : "/usr/sbin/iptables", $"gateway_macs = [\"{MailSite.GatewayMac}\"]");
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(site.Folder, "postfix"), site.Server, ["inet_interfaces = all", "inet_protocols = all"]);
        foreach (var address in (string[])[MailSite.ServerAddress, MailSite.ServerAddress6])
        {
            var (before, seen) = site.Garita("wall", "probe", address, "--netns", site.Stranger);
            Assert.True(before == 1, seen);
            Assert.Contains($"{address} port 25: {Open}", seen, StringComparison.Ordinal);
        }

        var file = Path.Combine(site.Folder, "lockdown");
        var (made, text) = site.Garita("wall", "lockdown", "--for", form, "--output", file);
        Assert.True(made == 0, text);
        var (applied, said) = Script(site, file, "apply");
        Assert.True(applied == 0, said);

        foreach (var address in (string[])[MailSite.ServerAddress, MailSite.ServerAddress6])
        {
            var (after, seen) = site.Garita("wall", "probe", address, "--netns", site.Stranger);
            Assert.True(after == 0, seen);
            Assert.Contains("Locked down", seen, StringComparison.Ordinal);
        }

        var (sent, log) = MailSite.Mail(site.Gateway, "user1@example.com");
        Assert.True(sent == 0, log);
        Assert.Single(await postfix.WaitForAsync(1, TimeSpan.FromSeconds(30)));
        (sent, log) = MailSite.Mail(site.Stranger, "user1@example.com");
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

    /// <summary>The whole way: a message to the gateway comes through to the mail server that is locked down.</summary>
    [Fact]
    public async Task Mail_goes_through_the_gateway_to_a_server_that_is_locked_down()
    {
        using var site = Site("/usr/sbin/nft", "services = []\n[dns]\nservers = [\"127.0.0.1:9\"]\ntimeout = \"100 ms\"\n");
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(site.Folder, "postfix"), site.Server, ["inet_interfaces = all", "inet_protocols = all"]);
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", "nftables", "--ruleset", "--output", Path.Combine(site.Folder, "lockdown.nft")).Code);
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", "postfix", "--output", Path.Combine(site.Folder, "postfix.sh")).Code);
        Assert.Equal(0, MailSite.In(site.Server, "nft", "-f", Path.Combine(site.Folder, "lockdown.nft")).Code);
        var (applied, said) = Script(site, Path.Combine(site.Folder, "postfix.sh"), "apply");
        Assert.True(applied == 0, said);
        await using var gateway = await RunningGateway.ServeAsync(site.Folder, 2525, inside: ["ip", "netns", "exec", site.Gateway]);
        var (sent, log) = MailSite.Mail(site.Gateway, "user1@example.com", "127.0.0.1:2525");
        Assert.True(sent == 0, log + gateway.Log);
        Assert.Contains("delivered as", log, StringComparison.Ordinal);
        Assert.Single(await postfix.WaitForAsync(1, TimeSpan.FromSeconds(30)));
    }

    /// <summary>A stranger's session that was open before is cut, not only new ones.</summary>
    [Fact]
    public async Task A_session_that_is_open_ends_too()
    {
        using var site = Site("/usr/sbin/nft");
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
        using var site = Site("/usr/sbin/nft", $"also_from = [\"10.9.0.0/16\"]\nssh_from = [\"10.77.1.0/24\"]\nservices = [143]\ndns = [\"{MailSite.StrangerAddress}\"]\nlog_hosts = [\"[fd77:2::3]:6514\"]\nupdates = [\"192.0.2.0/24\"]\ngateway_macs = [\"02:00:00:00:00:01\"]\n");
        foreach (var form in (string[])["nftables", "iptables"])
        {
            var file = Path.Combine(site.Folder, form);
            Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--output", file).Code);
            var (applied, said) = Script(site, file, "apply");
            Assert.True(applied == 0, said);
            // Nobody listens there: refused by the host itself is "let out", at once; by the lockdown it is "no route to host".
            Assert.Contains("refused", Connect(site, MailSite.StrangerAddress, 53), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("refused", Connect(site, "fd77:2::3", 6514), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("No route", Connect(site, MailSite.StrangerAddress, 80), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("refused", Connect(site, "fd77:2::3", 514), StringComparison.OrdinalIgnoreCase);
            Assert.Equal(0, Script(site, file, "undo").Code);
            Assert.Contains("refused", Connect(site, MailSite.StrangerAddress, 80), StringComparison.OrdinalIgnoreCase);
        }

        static string Connect(MailSite site, string host, int port) => MailSite.In(site.Server, "timeout", "5", "bash", "-c", $"exec 3<>/dev/tcp/{host}/{port}").Text;
    }

    /// <summary>
    /// A first apply goes back to nothing; one after a confirmed one goes back to what was confirmed; one that nobody confirmed lets no other
    /// in; and undo by hand is always before the first.
    /// </summary>
    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task It_goes_back_by_itself_to_what_was_before_unless_confirmed(string form)
    {
        using var site = Site(form is "nftables" ? "/usr/sbin/nft" : "/usr/sbin/iptables");
        var (file, other) = (Path.Combine(site.Folder, "lockdown.sh"), Path.Combine(site.Folder, "other.sh"));
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--output", file).Code);
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--gateway", "192.0.2.77", "--output", other).Code);
        var before = Rules();
        Assert.Contains("# state: not applied", Said(0, file, "show"), StringComparison.Ordinal);
        Said(0, file, "apply", "1");
        await UntilAsync(before);
        Assert.Contains("nothing waits", Said(1, file, "confirm"), StringComparison.Ordinal);
        Assert.Contains("nothing is kept", Said(1, file, "undo"), StringComparison.Ordinal);

        Said(0, file, "apply");
        var once = Rules();
        Assert.NotEqual(before, once, StringComparer.Ordinal);
        Assert.Contains("# state: in force, not confirmed", Said(0, file, "show"), StringComparison.Ordinal);
        Assert.Contains("an apply waits for its confirmation", Said(1, other, "apply"), StringComparison.Ordinal);
        Assert.Equal(once, Rules());
        Said(0, file, "confirm");
        Assert.Contains("# state: in force, confirmed on 2", Said(0, file, "show"), StringComparison.Ordinal);

        Said(0, other, "apply", "1");
        Assert.Contains("192.0.2.77", Rules(), StringComparison.Ordinal);
        await UntilAsync(once);
        Assert.Contains("# state: in force, confirmed on 2", Said(0, file, "show"), StringComparison.Ordinal);
        Said(0, other, "apply");
        Said(0, other, "undo");
        Assert.Equal(before, Rules());
        Assert.Contains("# state: not applied", Said(0, file, "show"), StringComparison.Ordinal);

        // The kernel lists the members of the set of flags in an order of its own.
        string Rules() => form is "nftables" ? string.Join('\n', MailSite.In(site.Server, "nft", "-s", "list", "ruleset").Text.Split('\n').Where(static line => !line.Contains("tcp flags & (", StringComparison.Ordinal)))
            : MailSite.In(site.Server, "iptables", "-S").Text + MailSite.In(site.Server, "ip6tables", "-S").Text;

        string Said(int expected, string script, string verb, string wait = "120")
        {
            var (code, said) = Script(site, script, verb, wait);
            Assert.True(code == expected, said);
            return said;
        }

        async Task UntilAsync(string rules)
        {
            var since = TimeProvider.System.GetTimestamp();
            while (!string.Equals(rules, Rules(), StringComparison.Ordinal) || File.Exists(Path.Combine(site.Folder, "keep", "going-back")))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30), Rules());
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    [Fact]
    public async Task Postfix_serves_the_gateway_does_not_relay_for_it_and_does_not_throttle_it()
    {
        using var site = Site("/usr/sbin/postfix");
        var folder = Path.Combine(site.Folder, "postfix");
        await using var postfix = await PostfixServer.StartAsync(folder, site.Server, [
            "inet_interfaces = all", "mynetworks = 127.0.0.0/8, 10.77.1.0/24", "smtpd_client_connection_rate_limit = 3", "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination"]);
        Assert.Equal(0, MailSite.Mail(site.Gateway, "victim@elsewhere.example", MailSite.ServerAddress, "--quit-after", "RCPT").Code);
        Assert.Equal(0, MailSite.Mail(site.Stranger, "user1@example.com", MailSite.ServerAddress, "--quit-after", "RCPT").Code);

        var file = Path.Combine(site.Folder, "lockdown.sh");
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", "postfix", "--output", file).Code);
        var before = await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf"));
        var (shown, text) = Script(site, file, "show");
        Assert.True(shown == 0, text);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf")));
        var (applied, said) = Script(site, file, "apply");
        Assert.True(applied == 0, said);

        (_, text) = MailSite.Mail(site.Gateway, "victim@elsewhere.example", MailSite.ServerAddress, "--quit-after", "RCPT");
        Assert.Contains("Relay access denied", text, StringComparison.Ordinal);
        (_, text) = MailSite.Mail(site.Stranger, "user1@example.com", MailSite.ServerAddress, "--quit-after", "RCPT");
        Assert.Contains("Client host rejected: Access denied", text, StringComparison.Ordinal);
        for (var i = 0; i < 6; i++)
            Assert.Equal(0, MailSite.Mail(site.Gateway, "user1@example.com", MailSite.ServerAddress, "--quit-after", "RCPT").Code);
        var (sent, log) = MailSite.Mail(site.Gateway, "user1@example.com");
        Assert.True(sent == 0, log);
        Assert.Single(await postfix.WaitForAsync(1, TimeSpan.FromSeconds(30)));

        // Twice is as good as once, and undo is what was before the first time.
        var once = await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf"));
        Assert.Equal(1, Script(site, file, "apply").Code);
        Assert.Equal(0, Script(site, file, "confirm").Code);
        Assert.Equal(0, Script(site, file, "apply").Code);
        Assert.Equal(once, await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf")));
        Assert.Equal(0, Script(site, file, "confirm").Code);
        Assert.Equal(0, Script(site, file, "undo").Code);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf")));
        Assert.False(File.Exists(Path.Combine(folder, "conf", "garita_clients.cidr")));
        Assert.DoesNotContain("garita", await File.ReadAllTextAsync(Path.Combine(folder, "conf", "master.cf")), StringComparison.Ordinal);
        Assert.Equal(0, MailSite.Mail(site.Gateway, "victim@elsewhere.example", MailSite.ServerAddress, "--quit-after", "RCPT").Code);
    }

    [Fact]
    public void Dovecot_reads_its_part()
    {
        using var site = Site("/usr/bin/doveconf");
        var (made, text) = site.Garita("wall", "lockdown", "--for", "dovecot", "--output", Path.Combine(site.Folder, "dovecot.conf"));
        Assert.True(made == 0, text);
        (made, text) = MailSite.Run("doveconf", "-c", Path.Combine(site.Folder, "dovecot.conf"), "-h", "login_trusted_networks");
        Assert.True(made == 0, text);
        Assert.Contains($"{MailSite.GatewayAddress}/32 {MailSite.GatewayAddress6}/128", text, StringComparison.Ordinal);
    }

    private static (int Code, string Text) Script(MailSite site, string file, string verb, string wait = "120") =>
        MailSite.In(site.Server, "env", "GARITA_WAIT=" + wait, "GARITA_KEEP=" + Path.Combine(site.Folder, "keep"), "CONF=" + Path.Combine(site.Folder, "postfix", "conf"), "sh", file, verb);

    private static MailSite Site(string program, string more = "")
    {
        Assert.SkipUnless(MailSite.Missing is null, MailSite.Missing ?? "");
        Assert.SkipUnless(File.Exists(program), program + " is not installed");
        var site = new MailSite();
        File.WriteAllText(Path.Combine(site.Folder, "garita.toml"), $"""
            hostname = "gw.example.com"
            data = "data"
            [[listener]]
            name = "mx"
            bind = "127.0.0.1:2525"
            [[tenant]]
            name = "acme"
            domains = ["example.com"]
            [tenant.backends]
            smtp = ["{MailSite.ServerAddress}:25"]
            [wall.lockdown]
            gateways = ["{MailSite.GatewayAddress}", "{MailSite.GatewayAddress6}"]
            {more}
            """);
        return site;
    }
}
