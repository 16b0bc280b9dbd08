using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayEngines : GatewaySettingsCheck
{
    private static readonly string[] Names = ["clamav", "icap", "rspamd", "spamassassin"];

    public override string Id => "garita-engines";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Messages go to scanners on this host, or on a network of the house";

    public override string Why => "Scanners are spoken to in clear text: whoever stands between reads all mail, and says that it is clean.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6.2", "RFC 3507 §7"];

    public override string Expected => "address of each [engines.*] a unix socket or on loopback; a private network at least";

    public override string Mend => "let the scanner listen on a unix socket of this host, or reach it through a tunnel";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var (fails, warnings, count) = (new List<string>(), new List<string>(), 0);
        foreach (var name in Names)
        {
            foreach (var (_, engine) in settings.Tables("engines", name))
            {
                count++;
                var shown = $"[engines.{name}] address = \"{engine.Text("address")}\"";
                switch (Place.Of(engine.Text("address") ?? ""))
                {
                    case Place.Kind.Here:
                        break;
                    case Place.Kind.Foreign:
                        fails.Add(shown);
                        break;
                    default:
                        warnings.Add(shown);
                        break;
                }
            }
        }
        return count == 0 ? Finding.NotApplicable("no scanner is asked") : Judge(fails, warnings, "on this host");
    }
}
