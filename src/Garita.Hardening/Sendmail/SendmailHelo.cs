using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailHelo : SendmailCheck
{
    public override string Id => "sendmail-helo";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Sendmail wants a greeting from its clients";

    public override string Why => "Without it a client leaves no name in the log, and checks of names do not see it.";

    public override IReadOnlyList<string> References => ["RFC 5321 §4.1.4", "NIST SP 800-45 §6"];

    public override string Expected => "PrivacyOptions with goaway or needmailhelo";

    protected override string Macro => "define(`confPRIVACY_FLAGS', `goaway,restrictqrun,restrictmailq')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var found = $"PrivacyOptions={sendmail.Option("PrivacyOptions") ?? ""}";
        return sendmail.Privacy.Contains("needmailhelo") ? Finding.Pass(found) : Finding.Fail(found);
    }
}
