using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

/// <summary>A check of OpenSMTPD.</summary>
internal abstract class OpenSmtpdCheck : Check
{
    public sealed override Roles Roles => Roles.OpenSmtpd;

    public sealed override Finding Look(View host) => OpenSmtpdSettings.Read(host) is { } smtpd ? Look(host, smtpd) : Finding.NotApplicable("no OpenSMTPD here");

    protected abstract Finding Look(View host, OpenSmtpdSettings smtpd);
}
