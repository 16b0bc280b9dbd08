using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailLocalUsers : SendmailCheck
{
    public override string Id => "sendmail-local-users";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Users of the host neither run Sendmail's queue nor forge senders unseen";

    public override string Why => "With -q a user starts deliveries with the rights of the daemon, and without warnings a forged sender looks like any other.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5.3"];

    public override string Expected => "PrivacyOptions with restrictqrun and authwarnings (or goaway)";

    protected override string Macro => "define(`confPRIVACY_FLAGS', `goaway,restrictqrun,restrictmailq')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var found = $"PrivacyOptions={sendmail.Option("PrivacyOptions") ?? ""}";
        return sendmail.Privacy.Contains("restrictqrun") && sendmail.Privacy.Contains("authwarnings") ? Finding.Pass(found) : Finding.Fail(found);
    }
}
