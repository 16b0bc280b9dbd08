using Garita.Hardening.Host;
using Garita.Hardening.Sendmail;
using Xunit;

namespace Garita.Hardening.Tests.Sendmail;

/// <summary>What could fool a check of Sendmail.</summary>
public sealed class SendmailTests
{
    private const string Refusing = "SBasic_check_rcpt\nR$*\t\t\t$#error $@ 5.7.1 $: \"550 Relaying denied\"\nSother\n";

    [Theory]
    [InlineData("O PrivacyOptions=novrfy\nO PrivacyOptions=noexpn", Outcome.Pass)]
    [InlineData("O PrivacyOptions=novrfy,\n\tnoexpn", Outcome.Pass)]
    [InlineData("#O PrivacyOptions=goaway", Outcome.Fail)]
    [InlineData("O PrivacyOptions=GoAway", Outcome.Pass)]
    public void Options_are_read_as_Sendmail_reads_them(string config, Outcome expected) => Assert.Equal(expected, Looked.At(new SendmailVrfy(), SendmailCases.Set(new PreparedRoot(), config)).Outcome);

    [Theory]
    [InlineData("8.17.1.9-2+deb12u2", "Srv_Features:\to", Outcome.Pass)]
    [InlineData("8.17.1.9-2+deb12u2", "", Outcome.Warning)]
    [InlineData("8.17.1.9-2", "Srv_Features: o", Outcome.Fail)]
    [InlineData("8.18.1-6", "Srv_Features: O", Outcome.Fail)]
    [InlineData("8.18.1-6", "Srv_Features:192.0.2.1 U", Outcome.Fail)]
    [InlineData("8.18.1-6", "Srv_Features:192.0.2.1 u2 g2", Outcome.Pass)]
    [InlineData("8.16.1-3+deb12u9", "Srv_Features: o", Outcome.Fail)]
    public void Smuggling_is_a_matter_of_version_and_features(string version, string access, Outcome expected) =>
        Assert.Equal(expected, Looked.At(new SendmailSmuggling(), SendmailCases.Set(new PreparedRoot(), "DZ8.18.1\nO RejectNUL=true").Installed("sendmail-bin", version).File("/etc/mail/access", access + "\n")).Outcome);

    [Fact]
    public void A_version_that_nobody_says_is_unknown() => Assert.Equal(Outcome.Unknown, Looked.At(new SendmailSmuggling(), SendmailCases.Set(new PreparedRoot(), "O RejectNUL=true")).Outcome);

    [Theory]
    [InlineData("example.org", Outcome.Pass)]
    [InlineData("192.0.2", Outcome.Pass)]
    [InlineData("192.168", Outcome.Warning)]
    [InlineData("10", Outcome.Fail)]
    [InlineData("com", Outcome.Fail)]
    public void Relay_domains_are_measured(string name, Outcome expected)
    {
        Assert.Equal(expected, Looked.At(new SendmailRelay(), SendmailCases.Set(new PreparedRoot(), Refusing).File("/etc/mail/relay-domains", name + "\n")).Outcome);
        Assert.Equal(expected, Looked.At(new SendmailRelay(), SendmailCases.Set(new PreparedRoot(), Refusing).File("/etc/mail/access", $"Connect:{name}\tRELAY\nspammer.example.net REJECT\n")).Outcome);
    }

    [Fact]
    public void A_refusal_in_another_ruleset_does_not_count() =>
        Assert.Equal(Outcome.Fail, Looked.At(new SendmailRelay(), SendmailCases.Set(new PreparedRoot(), "SBasic_check_rcpt\nR$+\t\t$@ RELAY\nScheck_eoh\nR$*\t\t$#error $@ 5.7.1 $: \"550 no\"")).Outcome);

    [Fact]
    public void Macros_without_a_config_are_unknown() => Assert.All(SendmailChecks.All, static check => Assert.Equal(Outcome.Unknown, Looked.At(check, new PreparedRoot().File("/etc/mail/sendmail.mc", "")).Outcome));

    [Fact]
    public void Without_Sendmail_nothing_applies() => Assert.All(SendmailChecks.All, static check => Assert.Equal(Outcome.NotApplicable, Looked.At(check, new PreparedRoot()).Outcome));

    [Theory]
    [InlineData("4.97.1-1", "4.97.1", true)]
    [InlineData("4.96-15+deb12u10", "4.96-15+deb12u4", true)]
    [InlineData("4.96-15+deb12u3", "4.96-15+deb12u4", false)]
    [InlineData("4.96", "4.96-15+deb12u4", false)]
    [InlineData("1:2.3.19.1+dfsg1", "2.3.9", true)]
    [InlineData("4.97~RC1", "4.97", false)]
    [InlineData("6.8.0p2-4+b4", "6.8.0", true)]
    public void Versions_are_compared_as_Debian_does(string version, string least, bool expected) => Assert.Equal(expected, PackageVersion.AtLeast(version, least));
}
