using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailRecipients : SendmailCheck
{
    public override string Id => "sendmail-recipients";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Sendmail slows down who tries addresses";

    public override string Why => "A dictionary attack asks for thousands of names in one connection, as fast as it gets answers.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "RFC 5321 §7.3"];

    public override string Expected => "BadRcptThrottle above 0";

    protected override string Macro => "define(`confBAD_RCPT_THROTTLE', `3')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var throttle = sendmail.Number("BadRcptThrottle", 0);
        var found = string.Create(CultureInfo.InvariantCulture, $"BadRcptThrottle={throttle}");
        return throttle > 0 ? Finding.Pass(found) : Finding.Fail(found);
    }
}
