using Garita.Hardening.OpenSmtpd;
using Xunit;

namespace Garita.Hardening.Tests.OpenSmtpd;

/// <summary>What could fool a check of OpenSMTPD.</summary>
public sealed class OpenSmtpdTests
{
    [Theory]
    [InlineData("match from any for any action \"out\"", Outcome.Fail)]
    [InlineData("match from any for any action out", Outcome.Fail)]
    [InlineData("match from rdns for any action out", Outcome.Fail)]
    [InlineData("match from mail-from \"@example.org\" for any action out", Outcome.Fail)]
    [InlineData("match ! from local for any action out", Outcome.Fail)]
    [InlineData("match !from local for any action out", Outcome.Fail)]
    [InlineData("match from any ! for local action out", Outcome.Fail)]
    [InlineData("match from any \\\n  for any action out", Outcome.Fail)]
    [InlineData("match ! auth from any for any action out", Outcome.Fail)]
    [InlineData("who = \"any\"\nmatch from $who for any action out", Outcome.Fail)]
    [InlineData("match from auth for any action out", Outcome.Pass)]
    [InlineData("match from any auth for any action out", Outcome.Pass)]
    [InlineData("match from any for any action local", Outcome.Pass)]
    [InlineData("match from any for domain <domains> action out", Outcome.Pass)]
    [InlineData("match for any action out", Outcome.Pass)]
    [InlineData("# match from any for any action out", Outcome.Pass)]
    [InlineData("match from any for any reject\nmatch from any for any action out", Outcome.Pass)]
    [InlineData("match from any for any action gone", Outcome.Unknown)]
    [InlineData("match from $who for any action out", Outcome.Unknown)]
    public void Relaying_is_judged_by_who_and_whereto(string match, Outcome expected) => Assert.Equal(expected, Looked.At(new OpenSmtpdRelay(), OpenSmtpdCases.Set(new PreparedRoot(), OpenSmtpdCases.Actions + match)).Outcome);

    [Fact]
    public void An_included_file_counts() =>
        Assert.Equal(Outcome.Fail, Looked.At(new OpenSmtpdRelay(), OpenSmtpdCases.Set(new PreparedRoot(), OpenSmtpdCases.Actions + "include \"/etc/smtpd.rules\"").File("/etc/smtpd.rules", "match from any for any action out\n")).Outcome);

    [Theory]
    [InlineData("table lan { 10.0.0.0/8, 127.0.0.1 }", Outcome.Fail)]
    [InlineData("table lan {\n  198.51.100.7\n  198.51.100.8\n}", Outcome.Pass)]
    [InlineData("table lan { 192.0.2.0/24 }", Outcome.Fail)]
    [InlineData("table lan { 198.51.0.0/16 }", Outcome.Warning)]
    [InlineData("table lan file:/etc/mail/lan", Outcome.Fail)]
    [InlineData("table lan sqlite:/etc/mail/lan.conf", Outcome.Unknown)]
    public void Networks_in_tables_are_measured(string table, Outcome expected) =>
        Assert.Equal(expected, Looked.At(new OpenSmtpdTrustedNetworks(), OpenSmtpdCases.Set(new PreparedRoot(), $"{table}\n{OpenSmtpdCases.Actions}match from src <lan> for any action out").File("/etc/mail/lan", "# ours\n0.0.0.0/0\n")).Outcome);

    [Fact]
    public void A_file_that_smtpd_does_not_take_is_unknown()
    {
        var root = OpenSmtpdCases.Set(new PreparedRoot(), "listen on all tls").Says("smtpd -n -f /etc/smtpd.conf", "", 1, "/etc/smtpd.conf:1: syntax error");
        Assert.Equal(Outcome.Unknown, Looked.At(new OpenSmtpdTls(), root).Outcome);
        Assert.Equal(Outcome.Pass, Looked.At(new OpenSmtpdTls(), root.Says("smtpd -n -f /etc/smtpd.conf", "configuration OK")).Outcome);
    }

    [Fact]
    public void A_listener_of_this_host_needs_no_TLS() => Assert.Equal(Outcome.NotApplicable, Looked.At(new OpenSmtpdTls(), OpenSmtpdCases.Set(new PreparedRoot(), "listen on localhost\nlisten on 127.0.0.2\nlisten on socket")).Outcome);

    [Fact]
    public void Without_OpenSMTPD_nothing_applies() => Assert.All(OpenSmtpdChecks.All, static check => Assert.Equal(Outcome.NotApplicable, Looked.At(check, new PreparedRoot()).Outcome));
}
