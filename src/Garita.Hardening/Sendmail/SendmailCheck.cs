using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

/// <summary>A check of Sendmail. Its settings are made of a .mc by m4, in an order that matters: a person writes them, no repair does.</summary>
internal abstract class SendmailCheck : Check
{
    public sealed override Roles Roles => Roles.Sendmail;

    public override string Mend => $"{Macro} in {SendmailSettings.MacroFile}, before the MAILER lines; then sendmailconfig";

    /// <summary>The line for the .mc.</summary>
    protected virtual string Macro => "";

    public sealed override Finding Look(View host) => SendmailSettings.Read(host) is { } sendmail ? Look(host, sendmail) : Finding.NotApplicable("no Sendmail here");

    protected abstract Finding Look(View host, SendmailSettings sendmail);
}
