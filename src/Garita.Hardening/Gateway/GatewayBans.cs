using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayBans : GatewaySettingsCheck
{
    public override string Id => "garita-bans";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Who attacks is shut out";

    public override string Why => "Without bans each attack costs a session again and again, and nothing reaches the kernel.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "NIST SP 800-41 §4.2"];

    public override string Expected => "[bans] enabled not false";

    public override string Mend => "take enabled = false out of [bans], then garita reload; who must not be banned belongs into never_ban";

    protected override Finding Look(View host, GaritaSettings settings) =>
        settings.Tables("bans").Any(static known => known.Table.Flag("enabled") is false) ? Finding.Fail("[bans] enabled = false") : Finding.Pass("rules may ban");
}
