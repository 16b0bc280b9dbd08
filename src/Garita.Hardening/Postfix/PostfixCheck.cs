using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

/// <summary>A check of Postfix.</summary>
internal abstract class PostfixCheck : Check
{
    public sealed override Roles Roles => Roles.Postfix;

    public sealed override Finding Look(View host) =>
        PostfixSettings.Read(host) is not { } postfix ? Finding.NotApplicable("no Postfix here")
        : postfix.Servers.Count == 0 ? Finding.NotApplicable("master.cf starts no SMTP server")
        : Look(host, postfix);

    protected abstract Finding Look(View host, PostfixSettings postfix);

    public sealed override Repair? Repair(View host) => PostfixSettings.Read(host) is { } postfix ? Repair(host, postfix) : null;

    protected virtual Repair? Repair(View host, PostfixSettings postfix) => null;

    /// <summary>Settings of main.cf, and a reload.</summary>
    protected static Repair Set(Risk risk, string whatMayBreak, params string[] settings) => new(risk, whatMayBreak, Edit(settings), Reload);

    /// <summary>A change of main.cf.</summary>
    protected static Change Edit(params string[] settings) => new RunTool("postconf", ["-e", .. settings]) { Files = [PostfixSettings.MainFile] };

    /// <summary>Postfix reads its settings again.</summary>
    protected static Change Reload { get; } = new SetUnit("postfix.service", UnitWish.Reload);
}
