using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayRecipients : GatewaySettingsCheck
{
    public override string Id => "garita-recipients";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Garita knows who exists behind it";

    public override string Why => "With source = \"any\" a dictionary attack goes through to the mail server: the very thing that the guard is there for.";

    public override IReadOnlyList<string> References => ["RFC 5321 §7.3", "NIST SP 800-45 §6"];

    public override string Expected => "[tenant.recipients] source = \"file\", \"ldap\" or \"call-ahead\"";

    public override string Mend => "source = \"call-ahead\" where there is no list: the mail server is then asked, and the answers are kept";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var any = settings.Tables("tenant").Where(static tenant => tenant.Table.Tables("recipients").Select(static table => table.Text("source")).FirstOrDefault() is null or "any").Select(static tenant => tenant.Owner).ToArray();
        return any.Length > 0 ? Finding.Warning($"every address is taken: {string.Join(", ", any)}") : Finding.Pass("each tenant says who exists");
    }
}
