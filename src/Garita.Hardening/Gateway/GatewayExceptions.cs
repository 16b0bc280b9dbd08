using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayExceptions : GatewaySettingsCheck
{
    private static readonly string[] Criteria = ["client", "helo", "sender", "recipient"];

    public override string Id => "garita-exceptions";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Exceptions end, and say why they were made";

    public override string Why => "What is let past a rule for ever is forgotten, and found by others.";

    public override IReadOnlyList<string> References => ["NIST SP 800-41 §4.3"];

    public override string Expected => "each [[exception]] with rules has until and comment";

    public override string Mend => "give it an end (until = 2027-01-01) and a reason (comment); then garita reload";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var exceptions = settings.Tables("exception").Select(static known => known.Table).Where(static table => table.Has("rules")).ToArray();
        if (exceptions.Length == 0)
            return Finding.Pass("none in the settings");
        var open = exceptions.Where(static table => !table.Has("until") || table.Text("comment") is null or "").Select(static table => $"{string.Join(", ", Criteria.Where(table.Has).Select(key => $"{key} = \"{table.Text(key)}\""))}: {string.Join(", ", table.Texts("rules"))}").ToArray();
        return open.Length > 0 ? Finding.Warning($"without end or reason: {string.Join("; ", open)}") : Finding.Pass("each has an end and a reason");
    }
}
