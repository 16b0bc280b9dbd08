using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

/// <summary>A check of Exim. Debian makes its configuration of pieces that the administrator chose: a person writes them, no repair does.</summary>
internal abstract class EximCheck : Check
{
    public sealed override Roles Roles => Roles.Exim;

    public override string Mend => $"`{Line}` in the main section (Debian: a file in /etc/exim4/conf.d/main, or exim4.conf.template), then update-exim4.conf && systemctl reload exim4";

    /// <summary>The line to write.</summary>
    protected virtual string Line => "";

    public sealed override Finding Look(View host) => EximSettings.Read(host) is { } exim ? Look(host, exim) : Finding.NotApplicable("no Exim here");

    protected abstract Finding Look(View host, EximSettings exim);
}
