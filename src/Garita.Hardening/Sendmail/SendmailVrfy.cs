using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailVrfy : SendmailCheck
{
    public override string Id => "sendmail-vrfy";

    public override Measure Measure => Measure.Software;

    public override string Title => "Sendmail answers neither VRFY nor EXPN";

    public override string Why => "VRFY tells which mailboxes exist, EXPN who is on a list, to whoever asks and without a message being sent.";

    public override IReadOnlyList<string> References => ["Lynis MAIL-8880", "RFC 5321 §7.3", "NIST SP 800-45 §6"];

    public override string Expected => "PrivacyOptions with goaway, or with novrfy and noexpn";

    protected override string Macro => "define(`confPRIVACY_FLAGS', `goaway,restrictqrun,restrictmailq')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var found = $"PrivacyOptions={sendmail.Option("PrivacyOptions") ?? ""}";
        return sendmail.Privacy.Contains("novrfy") && sendmail.Privacy.Contains("noexpn") ? Finding.Pass(found) : Finding.Fail(found);
    }
}
