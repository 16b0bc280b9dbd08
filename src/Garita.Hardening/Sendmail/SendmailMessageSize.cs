using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailMessageSize : SendmailCheck
{
    public override string Id => "sendmail-message-size";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Sendmail bounds the size of a message";

    public override string Why => "One message without a bound fills the disk, and on a full disk neither mail nor log is written.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "RFC 1870"];

    public override string Expected => "MaxMessageSize above 0";

    protected override string Macro => "define(`confMAX_MESSAGE_SIZE', `52428800')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var size = sendmail.Number("MaxMessageSize", 0);
        var found = string.Create(CultureInfo.InvariantCulture, $"MaxMessageSize={size}");
        return size > 0 ? Finding.Pass(found) : Finding.Fail(found);
    }
}
