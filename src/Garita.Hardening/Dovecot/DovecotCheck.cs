using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

/// <summary>A check of Dovecot.</summary>
internal abstract class DovecotCheck : Check
{
    private const string DropIns = "/etc/dovecot/conf.d";

    public sealed override Roles Roles => Roles.Dovecot;

    public sealed override Finding Look(View host) => DovecotSettings.Read(host) is { } dovecot ? Look(host, dovecot) : Finding.NotApplicable("no Dovecot here");

    protected abstract Finding Look(View host, DovecotSettings dovecot);

    public sealed override Repair? Repair(View host) => DovecotSettings.Read(host) is { } dovecot ? Repair(host, dovecot) : null;

    protected virtual Repair? Repair(View host, DovecotSettings dovecot) => null;

    /// <summary>Dovecot reads its settings again.</summary>
    protected static Change Reload { get; } = new SetUnit("dovecot.service", UnitWish.Reload);

    /// <summary>A drop-in with this setting, or null where it would not win: the files are read as if it were there, and the check looks again.</summary>
    protected Repair? DropIn(View host, Risk risk, string whatMayBreak, string setting)
    {
        var name = $"99-garita-{Id}.conf";
        var path = $"{DropIns}/{name}";
        var text = $"# {Title}.\n{setting}\n";
        var with = DovecotSettings.ReadFiles(
            file => string.Equals(file, path, StringComparison.Ordinal) ? text : host.Read(file),
            folder => string.Equals(folder, DropIns, StringComparison.Ordinal) ? [.. (host.List(folder) ?? []).Append(name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : host.List(folder));
        try
        {
            return Look(host, with).Outcome is Outcome.Pass ? new Repair(risk, whatMayBreak, new PutFile(path, text), Reload) : null;
        }
        catch (CannotLookException)
        {
            return null;
        }
    }
}
