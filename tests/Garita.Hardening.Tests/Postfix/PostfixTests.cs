using Garita.Hardening.Postfix;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Postfix;

/// <summary>What could fool a check of Postfix.</summary>
public sealed class PostfixTests
{
    private const string Override = "smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n  -o syslog_name=postfix/submission\n# comment\n  -o smtpd_helo_required=no\n";

    [Fact]
    public void What_master_cf_says_counts_more()
    {
        var finding = Looked.At(new PostfixHelo(), PostfixCases.Set(new PreparedRoot(), "smtpd_helo_required = yes", Override));
        Assert.Equal(Outcome.Fail, finding.Outcome);
        Assert.Contains("submission/inet", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void The_repair_mends_it_where_it_stands()
    {
        var check = new PostfixHelo();
        var root = PostfixCases.Set(new PreparedRoot(), "smtpd_helo_required = yes", Override);
        var repair = check.Repair(Looked.View(check, root))!;
        var tool = Assert.IsType<RunTool>(repair.Changes[0]);
        Assert.Equal(["-P", "submission/inet/smtpd_helo_required=yes"], tool.Arguments);
        Assert.Equal(["/etc/postfix/master.cf"], tool.Files);
        Assert.IsType<SetUnit>(Assert.Single(repair.Changes.Skip(1)));
    }

    [Theory]
    [InlineData("smtpd_helo_required = no\nsmtpd_helo_required = yes", Outcome.Pass)]
    [InlineData("smtpd_helo_required = yes\nsmtpd_helo_required = no", Outcome.Fail)]
    [InlineData("smtpd_helo_required =\n  yes", Outcome.Pass)]
    [InlineData("wanted = yes\nsmtpd_helo_required = ${wanted}", Outcome.Pass)]
    [InlineData("#smtpd_helo_required = yes", Outcome.Fail)]
    [InlineData("smtpd_helo_required = ${stress?{no}:{yes}}", Outcome.Unknown)]
    [InlineData("a = $b\nb = $a\nsmtpd_helo_required = $a", Outcome.Unknown)]
    public void Settings_are_read_as_Postfix_reads_them(string main, Outcome expected) => Assert.Equal(expected, Looked.At(new PostfixHelo(), PostfixCases.Set(new PreparedRoot(), main)).Outcome);

    [Theory]
    [InlineData("3.7.11-0+deb12u1", Outcome.Fail)]
    [InlineData("3.10.4-1", Outcome.Pass)]
    public void A_default_is_that_of_the_version(string version, Outcome expected) =>
        Assert.Equal(expected, Looked.At(new PostfixBareNewline(), PostfixCases.Set(new PreparedRoot(), "").Installed("postfix", version)).Outcome);

    [Fact]
    public void A_default_is_unknown_where_the_version_is() => Assert.Equal(Outcome.Unknown, Looked.At(new PostfixBareNewline(), PostfixCases.Set(new PreparedRoot(), "")).Outcome);

    [Fact]
    public void A_running_Postfix_is_asked_itself()
    {
        var root = PostfixCases.Set(new PreparedRoot(), "smtpd_helo_required = yes")
            .Says("postconf -x", "smtpd_helo_required = no\nmail_version = 3.7.11\n").Says("postconf -M", "smtp inet n - y - - smtpd\n");
        Assert.Equal(Outcome.Fail, Looked.At(new PostfixHelo(), root).Outcome);
        // One that does not know the setting is too old.
        Assert.Equal(Outcome.Fail, Looked.At(new PostfixBareNewline(), root).Outcome);
    }

    [Fact]
    public void A_postconf_that_fails_is_unknown() =>
        Assert.Equal(Outcome.Unknown, Looked.At(new PostfixHelo(), PostfixCases.Set(new PreparedRoot(), "smtpd_helo_required = yes").Says("postconf -x", "", 1, "postconf: fatal: open /etc/postfix/main.cf")).Outcome);

    [Theory]
    [InlineData("permit_mynetworks, reject_unauth_destination", "", Outcome.Pass)]
    [InlineData("permit_mynetworks, warn_if_reject reject_unauth_destination", "", Outcome.Fail)]
    [InlineData("permit_mynetworks, permit, reject_unauth_destination", "", Outcome.Fail)]
    [InlineData("check_sender_access hash:/etc/postfix/friends, reject_unauth_destination", "", Outcome.Warning)]
    [InlineData("{ check_helo_access hash:/x }, reject_unauth_destination", "", Outcome.Warning)]
    [InlineData("check_sender_access hash:/x, reject_unauth_destination", "permit_mynetworks, reject_unauth_destination", Outcome.Pass)]
    [InlineData("", "permit_mynetworks, reject_unauth_destination", Outcome.Pass)]
    [InlineData("permit_mynetworks", "permit_mynetworks", Outcome.Fail)]
    public void Relaying_is_judged_in_order(string relay, string recipient, Outcome expected) =>
        Assert.Equal(expected, Looked.At(new PostfixRelay(), PostfixCases.Set(new PreparedRoot(), $"smtpd_relay_restrictions = {relay}\nsmtpd_recipient_restrictions = {recipient}")).Outcome);

    [Theory]
    [InlineData("0.0.0.0/0", Outcome.Fail)]
    [InlineData("[2001:db8::]/32", Outcome.Fail)]
    [InlineData("172.20.0.0/16", Outcome.Warning)]
    [InlineData("127.0.0.0/8 [::1]/128 [fe80::]/64", Outcome.Pass)]
    [InlineData("hash:/etc/postfix/networks", Outcome.Unknown)]
    [InlineData("cidr:/etc/postfix/networks", Outcome.Unknown)]
    public void Trusted_networks_are_measured(string networks, Outcome expected) =>
        Assert.Equal(expected, Looked.At(new PostfixTrustedNetworks(), PostfixCases.Set(new PreparedRoot(), "mynetworks = " + networks)).Outcome);

    [Theory]
    [InlineData("compatibility_level = 3.6", Outcome.Pass)]
    [InlineData("", Outcome.Warning)]
    [InlineData("mynetworks_style = class", Outcome.Fail)]
    public void Networks_that_are_not_listed_depend_on_the_style(string main, Outcome expected) => Assert.Equal(expected, Looked.At(new PostfixTrustedNetworks(), PostfixCases.Set(new PreparedRoot(), main)).Outcome);

    [Fact]
    public void A_gateway_that_nobody_named_is_unknown()
    {
        var root = new PreparedRoot().File("/etc/postfix/main.cf", "mynetworks = 127.0.0.0/8\n").File("/etc/postfix/master.cf", "smtp inet n - y - - smtpd\n");
        Assert.Equal(Outcome.Unknown, Looked.At(new PostfixGatewayUntrusted(), root).Outcome);
        Assert.Equal(Outcome.Unknown, Looked.At(new PostfixGatewayExempt(), root).Outcome);
        Assert.Equal(Outcome.Pass, Looked.At(new PostfixGatewayUntrusted(), root, ["192.0.2.7"]).Outcome);
    }

    [Fact]
    public void A_gateway_on_the_same_host_is_trusted_by_the_usual_networks() =>
        Assert.Equal(Outcome.Fail, Looked.At(new PostfixGatewayUntrusted(), PostfixCases.Set(new PreparedRoot(), "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128"), ["127.0.0.1"]).Outcome);

    [Fact]
    public void The_gateway_is_taken_out_of_the_trusted_networks()
    {
        var check = new PostfixGatewayUntrusted();
        var root = PostfixCases.Set(new PreparedRoot(), "mynetworks = 127.0.0.0/8, 192.0.2.7 192.0.2.0/24 [2001:db8::]/64");
        var repair = check.Repair(Looked.View(check, root, ["192.0.2.7", "2001:db8::7"]))!;
        var setting = Assert.IsType<RunTool>(repair.Changes[0]).Arguments[1];
        Assert.Equal("mynetworks=!192.0.2.7/32 ![2001:db8::7]/128 127.0.0.0/8 192.0.2.0/24 [2001:db8::]/64", setting);
        Assert.Equal(Outcome.Pass, Looked.At(check, PostfixCases.Set(new PreparedRoot(), setting), ["192.0.2.7", "2001:db8::7"]).Outcome);
    }

    [Fact]
    public void No_rate_is_set_before_the_gateway_is_exempt()
    {
        var check = new PostfixConnectionRate();
        Assert.Null(check.Repair(Looked.View(check, PostfixCases.Set(new PreparedRoot(), "mynetworks = 127.0.0.0/8"))));
        Assert.NotNull(check.Repair(Looked.View(check, PostfixCases.Set(new PreparedRoot(), "smtpd_client_event_limit_exceptions = 192.0.2.7"))));
    }

    [Theory]
    [InlineData(">=TLSv1.2", false)]
    [InlineData(">=TLSv1", true)]
    [InlineData("!SSLv2, !SSLv3, !TLSv1, !TLSv1.1", false)]
    [InlineData("!SSLv2, !SSLv3, !TLSv1", true)]
    [InlineData("TLSv1.2, TLSv1.3", false)]
    [InlineData("TLSv1.1 TLSv1.2", true)]
    [InlineData("", true)]
    [InlineData(">=0303", false)]
    public void Versions_of_TLS_are_read(string value, bool old) => Assert.Equal(old, PostfixTlsVersions.Allows(value, "TLSv1.1"));

    [Fact]
    public void Without_Postfix_nothing_applies() => Assert.All(PostfixChecks.All, static check => Assert.Equal(Outcome.NotApplicable, Looked.At(check, new PreparedRoot()).Outcome));

    [Fact]
    public void Without_a_server_in_master_cf_nothing_applies() => Assert.Equal(Outcome.NotApplicable, Looked.At(new PostfixHelo(), PostfixCases.Set(new PreparedRoot(), "", "pickup unix n - y 60 1 pickup\n")).Outcome);
}
