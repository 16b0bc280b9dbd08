using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayBackendTls : GatewaySettingsCheck
{
    public override string Id => "garita-backend-tls";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Mail goes to servers on other networks under TLS that is required";

    public override string Why => "What Garita kept clean can be read and changed between Garita and the server: opportunistic TLS gives way to whoever strikes it out.";

    public override IReadOnlyList<string> References => ["RFC 3207 §6", "NIST SP 800-52r2"];

    public override string Expected => "tls = \"required\", or left out, wherever a server is not on this host or a private network";

    public override string Mend => "tls = \"required\" in [tenant.backends] or [outbound], with ca, pin or tls_name where its certificate needs it";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var (fails, warnings) = (new List<string>(), new List<string>());
        foreach (var (owner, table) in settings.Tables("tenant", "backends").Concat(settings.Tables("outbound").Select(static known => ("outbound", known.Table))))
        {
            // Left out it is required where the address is public, and so it is by Garita itself when a name leads there.
            if (table.Text("tls") is not ("opportunistic" or "none") || table.Text("tls") is not { } tls)
                continue;
            foreach (var server in table.Texts("smtp").Concat(table.Texts("smarthost")))
            {
                var shown = $"{owner}: {server} with tls = \"{tls}\"";
                switch (Place.Of(server))
                {
                    case Place.Kind.Foreign:
                        fails.Add(shown);
                        break;
                    case Place.Kind.Name:
                        warnings.Add(shown + ", a name that may lead anywhere");
                        break;
                    default:
                        break;
                }
            }
        }
        return Judge(fails, warnings, "no weaker TLS to another network");
    }
}
