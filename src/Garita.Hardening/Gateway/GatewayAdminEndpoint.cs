using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayAdminEndpoint : GatewaySettingsCheck
{
    public override string Id => "garita-admin-endpoint";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Garita's figures are not for everybody";

    public override string Why => "/metrics tells without a password how much mail there is, what is refused, and when the guard is near its limits.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5.1", "CIS 2.1.22"];

    public override string Expected => "[admin] bind on loopback, or \"\" for none";

    public override string Mend => "bind = \"127.0.0.1:8025\" in [admin] and a restart; a monitoring host elsewhere comes by a tunnel or a proxy with a password";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var bind = settings.Tables("admin").Select(static known => known.Table.Text("bind")).FirstOrDefault() ?? "127.0.0.1:8025";
        if (bind.Length == 0)
            return Finding.Pass("none");
        var shown = $"[admin] bind = \"{bind}\"";
        return Place.Of(bind) switch
        {
            Place.Kind.Here => Finding.Pass(shown),
            Place.Kind.House => Finding.Warning(shown + ": for everybody on that network"),
            _ => Finding.Fail(shown),
        };
    }
}
