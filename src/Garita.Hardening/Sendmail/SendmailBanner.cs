using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailBanner : SendmailCheck
{
    public override string Id => "sendmail-banner";

    public override Measure Measure => Measure.Software;

    public override string Title => "Sendmail's greeting does not tell product or version";

    public override string Why => "Whoever looks for servers with a certain hole reads greetings.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6"];

    public override string Expected => "SmtpGreetingMessage without Sendmail, $v and $Z";

    protected override string Macro => "define(`confSMTP_LOGIN_MSG', `$j ESMTP $b')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var banner = sendmail.Option("SmtpGreetingMessage") ?? "$j Sendmail $v ready at $b";
        var telling = banner.Contains("sendmail", StringComparison.OrdinalIgnoreCase) || banner.Contains("$v", StringComparison.Ordinal) || banner.Contains("$Z", StringComparison.Ordinal) || banner.Contains("debian", StringComparison.OrdinalIgnoreCase);
        return telling ? Finding.Fail($"SmtpGreetingMessage={banner}") : Finding.Pass($"SmtpGreetingMessage={banner}");
    }
}
