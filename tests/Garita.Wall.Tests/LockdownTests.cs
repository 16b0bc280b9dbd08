using System.Net;
using System.Net.Sockets;
using Garita.Wall.Lockdown;
using Xunit;

namespace Garita.Wall.Tests;

public sealed class LockdownTests
{
    private static readonly LockdownPlan Least = new()
    {
        Backend = "mail.example.com",
        Gateways = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")],
        MailPorts = [25],
    };

    private static readonly LockdownPlan Full = Least with
    {
        GatewayMacs = ["02:00:00:00:00:01"],
        AlsoFrom = [IPNetwork.Parse("10.9.0.0/16")],
        SshFrom = [IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("2001:db8:1::/48")],
        SshPort = 2222,
        Services = [993],
        Dns = [new Destination(IPNetwork.Parse("192.0.2.53/32"))],
        Ldap = [new Destination(IPNetwork.Parse("2001:db8::10/128"), 636)],
    };

    [Fact]
    public void Nftables_closes_the_mail_ports_and_leaves_the_rest_unless_told()
    {
        var text = NftablesLockdown.Render(Least);
        Assert.Contains("set mail { type inet_service; elements = { 25 } }", text, StringComparison.Ordinal);
        Assert.Contains("set gateway4 { type ipv4_addr; flags interval; auto-merge; elements = { 192.0.2.1 }; }", text, StringComparison.Ordinal);
        Assert.Contains("set gateway6 { type ipv6_addr; flags interval; auto-merge; elements = { 2001:db8::1 }; }", text, StringComparison.Ordinal);
        Assert.DoesNotContain("policy drop", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hook output", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ether saddr", text, StringComparison.Ordinal);
        Assert.DoesNotContain("counter name other drop", text, StringComparison.Ordinal);
        Assert.Contains("# NOTE: ssh_from is empty: SSH is left as it is", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nftables_as_a_ruleset_is_what_the_script_loads()
    {
        var ruleset = NftablesLockdown.Ruleset(Full);
        Assert.EndsWith("  }\n}\n", ruleset, StringComparison.Ordinal);
        Assert.Contains(After(ruleset, "\ntable inet"), NftablesLockdown.Render(Full), StringComparison.Ordinal);
        Assert.DoesNotContain("wait-and-undo", ruleset, StringComparison.Ordinal);
    }

    /// <summary>One body for all: what differs is before it, and a text of the plan cannot end a here-document.</summary>
    [Fact]
    public void The_scripts_share_their_verbs()
    {
        foreach (var text in (string[])[NftablesLockdown.Render(Full), IptablesLockdown.Render(Full), PostfixLockdown.Render(Full)])
        {
            Assert.StartsWith("#!/bin/sh\n", text, StringComparison.Ordinal);
            foreach (var part in (string[])["check() ", "changes() ", "save() ", "put() ", "restore() ", "stays() ", "none() ", "apply() ", "confirm() ", "undo() ", "show) "])
                Assert.Equal(2, text.Split('\n' + part).Length);
            Assert.Equal(text.Split("<<'END'").Length, text.Split("\nEND\n").Length);
        }
    }

    [Fact]
    public void Nftables_ends_open_sessions_of_strangers()
    {
        var input = After(NftablesLockdown.Render(Full), "chain input");
        Assert.True(input.IndexOf("jump mail", StringComparison.Ordinal) < input.IndexOf("established", StringComparison.Ordinal));
        Assert.DoesNotContain("established", Between(NftablesLockdown.Render(Full), "chain mail", "chain input"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nftables_lets_out_what_is_declared_and_the_gateway()
    {
        var output = After(NftablesLockdown.Render(Full), "chain output");
        Assert.Contains("ip daddr 192.0.2.53 meta l4proto { udp, tcp } th dport { 53 } accept", output, StringComparison.Ordinal);
        Assert.Contains("ip6 daddr 2001:db8::10 meta l4proto { tcp } th dport { 636 } accept", output, StringComparison.Ordinal);
        Assert.Contains("ip daddr @gateway4 tcp dport { 25, 465, 587 } accept", output, StringComparison.Ordinal);
        Assert.Contains("reject with icmpx admin-prohibited\n  }\n}\nEND\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ssh_is_never_cut_where_it_is_not_declared()
    {
        var closed = Least with { Services = [143] };
        Assert.Contains("tcp dport { 22, 143 } accept", NftablesLockdown.Render(closed), StringComparison.Ordinal);
        Assert.Contains("-A GARITA_IN -p tcp --dport 22 -j ACCEPT", IptablesLockdown.Rules(closed, AddressFamily.InterNetwork), StringComparison.Ordinal);
        Assert.DoesNotContain("--dport 22 ", IptablesLockdown.Rules(Full, AddressFamily.InterNetwork), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "192.0.2.1", "2001:db8")]
    [InlineData(AddressFamily.InterNetworkV6, "2001:db8::1", "192.0.2")]
    public void Iptables_keeps_the_families_apart(AddressFamily family, string gateway, string other)
    {
        var rules = IptablesLockdown.Rules(Full, family);
        Assert.Contains($"-A GARITA_MAIL -s {gateway} -j GARITA_MAC\n", rules, StringComparison.Ordinal);
        Assert.Contains($"-A GARITA_OUT -d {gateway} -p tcp -m multiport --dports 25,465,587 -j ACCEPT\n", rules, StringComparison.Ordinal);
        Assert.DoesNotContain(other, rules, StringComparison.Ordinal);
        Assert.EndsWith("COMMIT\n", rules, StringComparison.Ordinal);
        Assert.Contains("-A GARITA_IN -j DROP\n", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void Iptables_without_egress_has_no_rule_for_it()
    {
        var rules = IptablesLockdown.Rules(Least, AddressFamily.InterNetwork);
        Assert.DoesNotContain("-A GARITA_OUT", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("-A GARITA_IN -j DROP", rules, StringComparison.Ordinal);
        Assert.Contains("-A GARITA_MAIL -j DROP", rules, StringComparison.Ordinal);
    }

    [Fact]
    public void Postfix_puts_the_gateway_out_of_mynetworks_and_into_the_exceptions()
    {
        var text = PostfixLockdown.Render(Full);
        Assert.Contains("gateways='192.0.2.1 [2001:db8::1]'\n", text, StringComparison.Ordinal);
        Assert.Contains("exclusions='!192.0.2.1 ![2001:db8::1]'\n", text, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1 permit\n2001:db8::1 permit\n10.9.0.0/16 permit\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.0/24 permit", text, StringComparison.Ordinal);
    }

    /// <summary>PowerShell takes five characters for the single quote; a name with any of them stays one string.</summary>
    [Theory]
    [InlineData("Default Frontend MX1", "$name = 'Default Frontend MX1'\n")]
    [InlineData("it's'; Remove-Item C:\\ #", "$name = 'it''s''; Remove-Item C:\\ #'\n")]
    [InlineData("a\u2019b\u2018c\u201ad\u201be", "$name = 'a\u2019\u2019b\u2018\u2018c\u201a\u201ad\u201b\u201be'\n")]
    [InlineData("$(Get-Date)`n", "$name = '$(Get-Date)`n'\n")]
    public void Exchange_keeps_a_name_one_string(string name, string expected) =>
        Assert.Contains(expected, ExchangeLockdown.Render(Least, name), StringComparison.Ordinal);

    [Fact]
    public void Exchange_takes_the_gateway_alone_and_runs_no_text()
    {
        var text = ExchangeLockdown.Render(Least);
        Assert.Contains("$ranges = @('192.0.2.1', '2001:db8::1', '127.0.0.1', '::1')", text, StringComparison.Ordinal);
        Assert.Contains("-WhatIf:(-not $Apply)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Invoke-Expression", text, StringComparison.Ordinal);
        Assert.DoesNotContain("iex", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Dovecot_trusts_addresses_and_no_network()
    {
        Assert.Contains("login_trusted_networks = 192.0.2.1/32 2001:db8::1/128\n", DovecotLockdown.Render(Full), StringComparison.Ordinal);
        Assert.Contains("NOTE: no listener", DovecotLockdown.Render(Least), StringComparison.Ordinal);
        Assert.DoesNotContain("NOTE: no listener", DovecotLockdown.Render(Least with { MailPorts = [25, 143] }), StringComparison.Ordinal);
    }

    /// <summary>A name with a line break must not end its comment.</summary>
    [Fact]
    public void A_name_stays_in_its_comment()
    {
        var plan = Full with { Backend = "mail\nflush ruleset\r\nrm -rf /" };
        foreach (var text in (string[])[NftablesLockdown.Render(plan), NftablesLockdown.Ruleset(plan), IptablesLockdown.Render(plan), PostfixLockdown.Render(plan), ExchangeLockdown.Render(plan), DovecotLockdown.Render(plan)])
        {
            Assert.DoesNotContain("\nflush", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\nrm", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', text);
        }
    }

    private static string After(string text, string mark) => text[text.IndexOf(mark, StringComparison.Ordinal)..];

    private static string Between(string text, string from, string to) => After(text, from)[..After(text, from).IndexOf(to, StringComparison.Ordinal)];
}
