using System.Net;
using Garita.Wall.Rulesets;
using Xunit;

namespace Garita.Wall.Tests.Rulesets;

public sealed class RulesetTests
{
    private static WallPlan Plan => new()
    {
        Doors = [new MailDoor(IPAddress.Any, 25), new MailDoor(IPAddress.IPv6Any, 25), new MailDoor(IPAddress.Parse("192.0.2.1"), 2525), new MailDoor(IPAddress.Parse("192.0.2.1"), 10025, IPNetwork.Parse("198.51.100.0/24"))],
        GatewayUser = 998,
        MadePerMinute = 120,
        ConnectionsPerClient = 100,
        ConnectionsPerNetwork = 300,
        SshFrom = [IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("2001:db8:a::/48")],
        SshPorts = [22, 2222],
        Egress = [new Passage(false, 25, [IPNetwork.Parse("10.0.0.5/32"), IPNetwork.Parse("2001:db8::5/128")], "mail server of \"acme\"; drop }")],
    };

    private static string Text(WallPlan plan) => Ruleset.Of(plan).Text;

    [Theory]
    [InlineData("set mail_ports { type inet_service; elements = { 25, 2525, 10025 }; }")]
    [InlineData("meta nfproto ipv4 tcp dport { 25 } counter name c_accept accept")]
    [InlineData("meta nfproto ipv6 tcp dport { 25 } counter name c_accept accept")]
    [InlineData("ip daddr 192.0.2.1 tcp dport { 2525 } counter name c_accept accept")]
    [InlineData("ip daddr 192.0.2.1 tcp dport 10025 ip saddr { 198.51.100.0/24 } counter name c_accept accept")]
    [InlineData("tcp dport { 22, 2222 } ip saddr { 203.0.113.0/24 } accept")]
    [InlineData("tcp dport { 22, 2222 } ip6 saddr { 2001:db8:a::/48 } accept")]
    [InlineData("ip daddr { 10.0.0.5 } tcp dport 25 accept comment \"mail server of acme drop \"")]
    [InlineData("ip6 daddr { 2001:db8::5 } tcp dport 25 accept")]
    [InlineData("meta skuid 998 jump egress")]
    [InlineData("limit rate over 120/minute burst 120 packets }")]
    public void It_says(string line) => Assert.Contains(line, Text(Plan), StringComparison.Ordinal);

    [Fact]
    public void Nothing_of_a_purpose_leaves_its_comment() => Assert.DoesNotContain("; drop }", Text(Plan), StringComparison.Ordinal);

    [Fact]
    public void A_balancers_port_is_closed_to_others_before_the_ports_of_all_addresses_are_open()
    {
        var text = Text(Plan with { Doors = [new MailDoor(IPAddress.Any, 25), new MailDoor(IPAddress.Parse("192.0.2.1"), 25, IPNetwork.Parse("198.51.100.7/32"))] });
        var closed = text.IndexOf("ip daddr 192.0.2.1 tcp dport 25 counter name c_closed drop", StringComparison.Ordinal);
        Assert.InRange(closed, 1, text.IndexOf("meta nfproto ipv4 tcp dport { 25 }", StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_stand_where_a_forged_SYN_never_comes()
    {
        var lines = Text(Plan).Split('\n', StringSplitOptions.TrimEntries);
        var limits = lines.Where(static line => line.Contains("@rate4", StringComparison.Ordinal) || line.Contains("@client4", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, limits.Count);
        Assert.Single(lines, static line => line.EndsWith("jump mail_made", StringComparison.Ordinal) && line.Contains("ct state established ct direction original", StringComparison.Ordinal));
        Assert.Equal("iif lo jump mail_proven", Assert.Single(lines, static line => line.EndsWith("jump mail_proven", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_administrators_SSH_stays_open() =>
        Assert.Contains("tcp dport { 22, 2222 } accept", Text(Plan with { SshFrom = [] }), StringComparison.Ordinal);

    [Fact]
    public void Only_a_host_that_forwards_nothing_has_a_forward_chain()
    {
        Assert.DoesNotContain("hook forward", Text(Plan), StringComparison.Ordinal);
        Assert.Contains("hook forward priority filter; policy drop;", Text(Plan with { DropForwarded = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_fingerprint_tells_rulesets_apart_and_is_in_the_text()
    {
        var (one, same, other) = (Ruleset.Of(Plan), Ruleset.Of(Plan with { }), Ruleset.Of(Plan with { LogPerSecond = 1 }));
        Assert.Equal(one.Fingerprint, same.Fingerprint);
        Assert.NotEqual(one.Fingerprint, other.Fingerprint, StringComparer.Ordinal);
        Assert.Contains($"settings {one.Fingerprint}", one.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eth0; drop")]
    [InlineData("")]
    [InlineData("a\"b")]
    public void What_is_no_interface_makes_no_ruleset(string name) => Assert.Throws<ArgumentException>(() => Ruleset.Of(Plan with { Interfaces = [name] }));

    [Fact]
    public void Networks_inside_others_are_left_out() =>
        Assert.Contains("set trust4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; }",
            Text(Plan with { Trusted = [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8")] }), StringComparison.Ordinal);

    [Fact]
    public void Each_chain_is_one_that_the_next_load_clears()
    {
        var text = Text(Plan with { DropForwarded = true, Flood = true });
        var chains = text.Split('\n', StringSplitOptions.TrimEntries).Where(static line => line.StartsWith("chain ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[1]).ToList();
        Assert.All(chains, chain => Assert.Contains($"delete chain inet garita {chain}\n", text, StringComparison.Ordinal));
        Assert.Contains(FloodRules.Raw, text, StringComparison.Ordinal);
        Assert.Contains(FloodRules.In, text, StringComparison.Ordinal);
    }
}
