using Garita.Hardening;
using Garita.Hardening.Audits;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Harden;

/// <summary>What checks say, and which repairs follow from it.</summary>
/// <param name="Results">What each check said.</param>
/// <param name="Repairs">Repairs of those that failed or warned.</param>
/// <param name="NotMendable">Checks that did not pass and have no repair, with what a person can do.</param>
internal sealed record RepairSurvey(IReadOnlyList<AuditResult> Results, IReadOnlyList<PlannedRepair> Repairs, IReadOnlyList<LeftOut> NotMendable)
{
    /// <summary>Asks checks about a host, with nothing remembered from before.</summary>
    public static async Task<RepairSurvey> OfAsync(string root, Roles roles, string dataFolder, IReadOnlyList<Check> checks)
    {
        var host = new DiskHost(root);
        var facts = new HostFacts(host, roles) { DataFolder = host.IsLive ? dataFolder : Commands.HardenCommands.DefaultDataFolder };
        var results = await new AuditRun(host, facts, TimeProvider.System).RunAsync(checks);
        List<PlannedRepair> repairs = [];
        List<LeftOut> others = [];
        foreach (var result in results)
        {
            if (result.Outcome is Outcome.Pass or Outcome.NotApplicable)
                continue;
            if (result.Outcome == Outcome.Unknown)
            {
                others.Add(new LeftOut(result.Id, $"could not look: {result.Found}"));
                continue;
            }

            var check = checks.First(check => string.Equals(check.Id, result.Id, StringComparison.Ordinal));
            if (RepairOf(check, new View(host, facts), out var why) is { } repair)
                repairs.Add(new PlannedRepair(check.Id, check.Title, result.Found, repair));
            else
                others.Add(new LeftOut(result.Id, why));
        }

        return new RepairSurvey(results, repairs, others);
    }

    private static Repair? RepairOf(Check check, View view, out string why)
    {
        why = $"has to be mended by hand: {check.Mend}";
        try
        {
            return check.Repair(view);
        }
        catch (Exception problem) when (problem is CannotLookException or RepairException)
        {
            why = $"no repair can be made: {problem.Message}";
            return null;
        }
    }
}
