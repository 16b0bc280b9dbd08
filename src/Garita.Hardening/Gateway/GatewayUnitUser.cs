namespace Garita.Hardening.Gateway;

internal sealed class GatewayUnitUser : GatewayUnitCheck
{
    private static readonly string[] Lines = ["ExecStart", "ExecStartPre", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"];

    public override string Id => "garita-unit-user";

    public override string Title => "The gateway does not run as root";

    public override string Why => "It speaks with all the Internet: what a hole in it could do is what its user may do.";

    public override string Expected => "User=garita (or another that is not root), and no line that runs with full privileges";

    protected override Finding Look(GaritaUnit unit)
    {
        var user = unit.Value("User");
        if (!unit.IsOn("DynamicUser") && user is "" or "root" or "0")
            return Finding.Fail(user.Length == 0 ? "no User=: root" : unit.Shown("User"));
        // systemd.service(5): + and ! take a line out of all restrictions.
        var full = Lines.SelectMany(key => unit.All(key).Where(static line => line.TakeWhile(static c => c is '@' or '-' or ':' or '+' or '!').Any(static c => c is '+' or '!')).Select(line => $"{key}={line}")).ToArray();
        return full.Length > 0 ? Finding.Fail($"with full privileges: {string.Join("; ", full)}") : Finding.Pass(user.Length > 0 ? unit.Shown("User") : unit.Shown("DynamicUser"));
    }
}
