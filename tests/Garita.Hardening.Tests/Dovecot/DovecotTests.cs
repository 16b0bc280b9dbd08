using Garita.Hardening.Dovecot;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Dovecot;

/// <summary>What could fool a check of Dovecot.</summary>
public sealed class DovecotTests
{
    [Theory]
    [InlineData("ssl = required\nprotocol imap {\n  ssl = no\n}", Outcome.Fail)]
    [InlineData("ssl = required\nremote 10.0.0.0/8 {\n  protocol imap {\n    ssl = yes\n  }\n}", Outcome.Fail)]
    [InlineData("ssl = required\nlocal_name mail.example.com {\n  ssl_min_protocol = TLSv1.3\n}", Outcome.Pass)]
    [InlineData("ssl = yes\nssl = required", Outcome.Pass)]
    [InlineData("ssl = required # ssl = no", Outcome.Pass)]
    [InlineData("#ssl = required", Outcome.Fail)]
    [InlineData("ssl = \\\n  required", Outcome.Pass)]
    [InlineData("service imap {\n", Outcome.Unknown)]
    [InlineData("}", Outcome.Unknown)]
    public void Blocks_and_lines_are_read_as_Dovecot_reads_them(string settings, Outcome expected) => Assert.Equal(expected, Looked.At(new DovecotTlsRequired(), DovecotCases.Set(new PreparedRoot(), settings)).Outcome);

    [Fact]
    public void A_later_file_wins() =>
        Assert.Equal(Outcome.Fail, Looked.At(new DovecotTlsRequired(), DovecotCases.Set(new PreparedRoot(), "ssl = required").File("/etc/dovecot/conf.d/20-later.conf", "ssl = yes\n").File("/etc/dovecot/conf.d/30.conf.off", "ssl = required\n")).Outcome);

    [Fact]
    public void A_file_that_includes_itself_is_unknown() =>
        Assert.Equal(Outcome.Unknown, Looked.At(new DovecotTlsRequired(), DovecotCases.Set(new PreparedRoot(), "!include 10-all.conf")).Outcome);

    [Fact]
    public void A_missing_include_is_unknown_unless_it_is_a_try()
    {
        Assert.Equal(Outcome.Unknown, Looked.At(new DovecotPlaintext(), DovecotCases.Set(new PreparedRoot(), "", "!include gone.conf\n")).Outcome);
        Assert.Equal(Outcome.Pass, Looked.At(new DovecotPlaintext(), DovecotCases.Set(new PreparedRoot(), "", "!include_try gone.conf\n")).Outcome);
    }

    [Fact]
    public void A_running_Dovecot_is_asked_itself()
    {
        var root = DovecotCases.Set(new PreparedRoot(), "ssl = required").Says("doveconf -P", "# 2.3.19.1: /etc/dovecot/dovecot.conf\nssl = yes\nservice imap-login {\n  inet_listener imap {\n    port = 143\n  }\n}\n");
        Assert.Equal(Outcome.Fail, Looked.At(new DovecotTlsRequired(), root).Outcome);
        // Whatever it does not say is not known: its defaults may be others.
        Assert.Equal(Outcome.Unknown, Looked.At(new DovecotLoginLimits(), root).Outcome);
    }

    [Theory]
    [InlineData("auth_allow_cleartext = no", Outcome.Pass)]
    [InlineData("auth_allow_cleartext = yes", Outcome.Fail)]
    [InlineData("", Outcome.Unknown)]
    public void The_names_of_2_4_are_known(string settings, Outcome expected) =>
        Assert.Equal(expected, Looked.At(new DovecotPlaintext(), DovecotCases.Set(new PreparedRoot(), settings, "dovecot_config_version = 2.4.0\n!include conf.d/*.conf\n")).Outcome);

    [Fact]
    public void A_drop_in_is_offered_only_where_it_wins()
    {
        var check = new DovecotTlsRequired();
        var repair = check.Repair(Looked.View(check, DovecotCases.Set(new PreparedRoot(), "ssl = yes")))!;
        Assert.Equal("/etc/dovecot/conf.d/99-garita-dovecot-tls-required.conf", Assert.IsType<PutFile>(repair.Changes[0]).Path);
        // A block says otherwise, a file behind it says otherwise, and nothing is included at all.
        Assert.Null(check.Repair(Looked.View(check, DovecotCases.Set(new PreparedRoot(), "protocol imap {\n ssl = no\n}"))));
        Assert.Null(check.Repair(Looked.View(check, DovecotCases.Set(new PreparedRoot(), "ssl = yes").File("/etc/dovecot/local.conf", "ssl = yes\n"))));
        Assert.Null(check.Repair(Looked.View(check, DovecotCases.Set(new PreparedRoot(), "", "ssl = yes\n"))));
    }

    [Theory]
    [InlineData("login_trusted_networks =", Outcome.Pass)]
    [InlineData("login_trusted_networks = 127.0.0.1 192.0.2.7/32", Outcome.Pass)]
    [InlineData("login_trusted_networks = 192.0.2.7 mail.example.com", Outcome.Fail)]
    [InlineData("remote 0.0.0.0/0 {\n  login_trusted_networks = 10.0.0.0/8\n}", Outcome.Fail)]
    public void Trust_is_for_the_gateway_alone(string settings, Outcome expected) => Assert.Equal(expected, Looked.At(new DovecotTrustedNetworks(), DovecotCases.Set(new PreparedRoot(), settings)).Outcome);

    [Fact]
    public void Trust_without_a_known_gateway_is_unknown() =>
        Assert.Equal(Outcome.Unknown, Looked.At(new DovecotTrustedNetworks(), DovecotCases.Set(new PreparedRoot(), "login_trusted_networks = 192.0.2.7").File("/etc/garita/gateways", "")).Outcome);

    [Theory]
    [InlineData("service imap-login {\n  user = root\n}", Outcome.Fail)]
    [InlineData("service imap-login {\n  chroot =\n}", Outcome.Fail)]
    [InlineData("service imap {\n  user = root\n}", Outcome.Pass)]
    public void The_login_services_are_looked_at(string settings, Outcome expected) => Assert.Equal(expected, Looked.At(new DovecotLoginUser(), DovecotCases.Set(new PreparedRoot(), settings)).Outcome);

    [Fact]
    public void Without_Dovecot_nothing_applies() => Assert.All(DovecotChecks.All, static check => Assert.Equal(Outcome.NotApplicable, Looked.At(check, new PreparedRoot()).Outcome));
}
