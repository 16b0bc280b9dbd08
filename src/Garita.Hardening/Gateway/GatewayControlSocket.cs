using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayControlSocket : GatewaySettingsCheck
{
    public override string Id => "garita-control-socket";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Garita's control socket is for its administrators alone";

    public override string Why => "Who may open it bans, unbans and releases from the quarantine.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.5", "unix(7)"];

    public override string Expected => "control.sock in the data folder is 0660 or less";

    public override string Mend => "chmod 0660 control.sock; whoever administers Garita becomes a member of the group garita";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var path = settings.DataFolder + "/control.sock";
        if (host.Stat(path) is not { } facts)
            return Finding.NotApplicable($"no {path}: Garita does not run");
        return facts.OthersMay(UnixFileMode.OtherRead | UnixFileMode.OtherWrite) ? Finding.Fail($"{path} is {facts.Octal}") : Finding.Pass($"{path} is {facts.Octal}");
    }
}
