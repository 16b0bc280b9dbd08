using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximSync : EximCheck
{
    public override string Id => "exim-sync";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Exim refuses commands that come before they may";

    public override string Why => "Spam programs and smuggled messages send all at once without waiting; real servers wait.";

    public override IReadOnlyList<string> References => ["RFC 2920 §3.1", "CVE-2023-51766"];

    public override string Expected => "smtp_enforce_sync = true, and no ACL with control = no_enforce_sync";

    protected override string Line => "smtp_enforce_sync = true";

    protected override Finding Look(View host, EximSettings exim)
    {
        if (exim.Value("smtp_enforce_sync") is not ("true" or "yes"))
            return Finding.Fail($"smtp_enforce_sync = {exim.Value("smtp_enforce_sync")}");
        return exim.Section("acl").FirstOrDefault(static line => line.Contains("no_enforce_sync", StringComparison.Ordinal)) is { } line ? Finding.Warning($"an ACL takes it back: {line}") : Finding.Pass("smtp_enforce_sync = true");
    }
}
