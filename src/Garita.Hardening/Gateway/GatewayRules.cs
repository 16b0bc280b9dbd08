using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayRules : GatewaySettingsCheck
{
    /// <summary>Those that refuse or keep out of the box: what is off, or only looks on, is a hole that somebody made.</summary>
    private static readonly string[] Guards =
    [
        "wrong-protocol", "pregreet", "pipelining", "command-syntax", "command-length", "nul-byte", "verb", "starttls-injection", "proxy-header", "sender-syntax", "sender-domain", "recipient-syntax",
        "relay", "unknown-recipient", "too-many-recipients", "message-size", "errors", "line-length", "header-size", "header-syntax", "mail-loop", "address-header", "from-header", "dmarc", "virus",
        "attachment", "ambiguous-mime", "harvest", "distributed-harvest", "bounce-flood", "connection-limit", "rate-limit", "evicted", "slow-client", "bare-newline",
    ];

    public override string Id => "garita-rules";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "No rule that guards the mail server is off or in shadow";

    public override string Why => "A rule is switched off for one letter that had to get through, and stays off for all.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "NIST SP 800-41 §4.2"];

    public override string Expected => "rules that refuse by default neither \"off\" nor \"shadow\", in [rules] and [tenant.rules]";

    public override string Mend => "take the line out of [rules]; for one sender or client make an exception with an end: garita exceptions add";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var (off, shadow) = (new List<string>(), new List<string>());
        foreach (var (owner, rules) in settings.Tables("rules").Concat(settings.Tables("tenant", "rules")))
        {
            foreach (var slug in Guards)
            {
                var shown = $"{slug} = \"{rules.Text(slug)}\"{(owner.Length > 0 ? $" ({owner})" : "")}";
                if (rules.Text(slug) is "off")
                    off.Add(shown);
                else if (rules.Text(slug) is "shadow")
                    shadow.Add(shown);
            }
        }
        return Judge(off, shadow, "all rules that guard are on");
    }
}
