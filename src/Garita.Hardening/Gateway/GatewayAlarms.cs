using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayAlarms : GatewaySettingsCheck
{
    public override string Id => "garita-alarms";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Somebody is told of Garita's alarms";

    public override string Why => "A full quarantine, a directory that shrinks or a rule that bans everybody is in the log at once, where nobody looks at night.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.1", "NIST SP 800-92 §4.2"];

    public override string Expected => "[alarms] with mail or webhook";

    public override string Mend => "address and mail = true (with [outbound] smarthost), or webhook, in [alarms]; then garita reload";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var told = settings.Tables("alarms").Where(static known => known.Table.Text("webhook") is { Length: > 0 } || known.Table.Flag("mail") is true || known.Table.Text("address") is { Length: > 0 });
        return told.Any() ? Finding.Pass("[alarms] tells somebody") : Finding.Warning("[alarms] is empty: alarms are in the log alone");
    }
}
