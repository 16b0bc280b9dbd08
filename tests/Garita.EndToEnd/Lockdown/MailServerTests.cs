using Xunit;

namespace Garita.EndToEnd.Lockdown;

/// <summary>What a lockdown sets in Postfix and Dovecot, in force on real ones.</summary>
public sealed class MailServerTests
{
    /// <summary>The whole way: a message to the gateway comes through to the mail server that is locked down.</summary>
    [Fact]
    public async Task Mail_goes_through_the_gateway_to_a_server_that_is_locked_down()
    {
        using var site = LockdownSite.Make("/usr/sbin/nft", "services = []\n[dns]\nservers = [\"127.0.0.1:9\"]\ntimeout = \"100 ms\"\n");
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(site.Folder, "postfix"), site.Server, ["inet_interfaces = all", "inet_protocols = all"]);
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", "nftables", "--ruleset", "--output", Path.Combine(site.Folder, "lockdown.nft")).Code);
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", "postfix", "--output", Path.Combine(site.Folder, "postfix.sh")).Code);
        Assert.Equal(0, MailSite.In(site.Server, "nft", "-f", Path.Combine(site.Folder, "lockdown.nft")).Code);
        var (applied, said) = LockdownSite.Script(site, Path.Combine(site.Folder, "postfix.sh"), "apply");
        Assert.True(applied == 0, said);
        await using var gateway = await RunningGateway.ServeAsync(site.Folder, 2525, inside: ["ip", "netns", "exec", site.Gateway]);
        var (sent, log) = MailSite.Mail(site.Gateway, "user1@example.com", "127.0.0.1:2525");
        Assert.True(sent == 0, log + gateway.Log);
        Assert.Contains("delivered as", log, StringComparison.Ordinal);
        Assert.Single(await postfix.WaitForAsync(1, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Postfix_serves_the_gateway_does_not_relay_for_it_and_does_not_throttle_it()
    {
        using var site = LockdownSite.Make("/usr/sbin/postfix");
        var folder = Path.Combine(site.Folder, "postfix");
        await using var postfix = await PostfixServer.StartAsync(folder, site.Server, [
            "inet_interfaces = all", "mynetworks = 127.0.0.0/8, 10.77.1.0/24", "smtpd_client_connection_rate_limit = 3", "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination"]);
        Assert.Equal(0, MailSite.Mail(site.Gateway, "victim@elsewhere.example", MailSite.ServerAddress, "--quit-after", "RCPT").Code);
        Assert.Equal(0, MailSite.Mail(site.Stranger, "user1@example.com", MailSite.ServerAddress, "--quit-after", "RCPT").Code);

        var file = Path.Combine(site.Folder, "lockdown.sh");
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", "postfix", "--output", file).Code);
        var before = await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf"));
        var (shown, text) = LockdownSite.Script(site, file, "show");
        Assert.True(shown == 0, text);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf")));
        var (applied, said) = LockdownSite.Script(site, file, "apply");
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
        Assert.Equal(1, LockdownSite.Script(site, file, "apply").Code);
        Assert.Equal(0, LockdownSite.Script(site, file, "confirm").Code);
        Assert.Equal(0, LockdownSite.Script(site, file, "apply").Code);
        Assert.Equal(once, await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf")));
        Assert.Equal(0, LockdownSite.Script(site, file, "confirm").Code);
        Assert.Equal(0, LockdownSite.Script(site, file, "undo").Code);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(folder, "conf", "main.cf")));
        Assert.False(File.Exists(Path.Combine(folder, "conf", "garita_clients.cidr")));
        Assert.DoesNotContain("garita", await File.ReadAllTextAsync(Path.Combine(folder, "conf", "master.cf")), StringComparison.Ordinal);
        Assert.Equal(0, MailSite.Mail(site.Gateway, "victim@elsewhere.example", MailSite.ServerAddress, "--quit-after", "RCPT").Code);
    }

    [Fact]
    public void Dovecot_reads_its_part()
    {
        using var site = LockdownSite.Make("/usr/bin/doveconf");
        var (made, text) = site.Garita("wall", "lockdown", "--for", "dovecot", "--output", Path.Combine(site.Folder, "dovecot.conf"));
        Assert.True(made == 0, text);
        (made, text) = MailSite.Run("doveconf", "-c", Path.Combine(site.Folder, "dovecot.conf"), "-h", "login_trusted_networks");
        Assert.True(made == 0, text);
        Assert.Contains($"{MailSite.GatewayAddress}/32 {MailSite.GatewayAddress6}/128", text, StringComparison.Ordinal);
    }
}
