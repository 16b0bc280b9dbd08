using System.Globalization;
using System.Runtime.InteropServices;
using Garita.Gateway.Ledger;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Files;
using Garita.Hardening.Repairs.Runs;
using Garita.Settings;
using Garita.WayBack;

namespace Garita.Harden;

/// <summary>One <c>garita harden apply</c>: what is lasting first, then what goes back by itself, each as a run of its own. The lock is held.</summary>
/// <param name="log">All runs.</param>
/// <param name="root">The root of the file system.</param>
/// <param name="dataFolder">Where it is written down.</param>
/// <param name="output">Where the administrator reads.</param>
/// <param name="time">The clock.</param>
internal sealed class ApplyRun(RunLog log, string root, string dataFolder, TextWriter output, TimeProvider time)
{
    private readonly Programs _programs = new();

    /// <summary>Does repairs.</summary>
    /// <param name="plan">The repairs.</param>
    /// <param name="who">Who does.</param>
    /// <param name="backAfter">How long what can lock administrators out may be confirmed.</param>
    public async Task<IReadOnlyList<RepairResult>> DoAsync(Plan plan, string who, TimeSpan backAfter)
    {
        using var stop = new CancellationTokenSource();
        // A login that is cut must not stop a repair in its middle; a person who wants to stop gets it between two.
        void Later(PosixSignalContext context)
        {
            context.Cancel = true;
            if (context.Signal != PosixSignal.SIGHUP)
                stop.Cancel();
        }

        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Later);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Later);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Later);
        var applier = new Applier(new HostFiles(root), _programs, Units.IsBooted) { Stop = stop.Token };
        // Nobody logs into a file system that does not run.
        var live = root is "/";
        var results = new List<RepairResult>();
        var lasting = plan.Repairs.Where(repair => !live || !repair.IsTimed).ToArray();
        if (lasting.Length > 0)
            results.AddRange(Do(applier, lasting, who, isTimed: false).Results);
        var timed = plan.Repairs.Where(repair => live && repair.IsTimed).ToArray();
        if (timed.Length > 0 && !stop.IsCancellationRequested)
            results.AddRange(await TimedAsync(applier, timed, who, backAfter));
        return results;
    }

    private async Task<IReadOnlyList<RepairResult>> TimedAsync(Applier applier, PlannedRepair[] repairs, string who, TimeSpan backAfter)
    {
        var run = log.Begin(time.GetUtcNow(), who, root, isTimed: true, [.. repairs.Select(static repair => repair.Id)]);
        var seconds = backAfter.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        WayBacks wayBacks;
        ArmedWayBack armed;
        try
        {
            wayBacks = WayBacks.Of(dataFolder, time);
            armed = await wayBacks.ArmAsync(RepairsWayBack.Name, backAfter, RepairsWayBack.PlanOf(run.Manifest.Id, dataFolder, log.LockFile));
        }
        catch (WayBackException)
        {
            run.Discard();
            throw;
        }

        if (!Units.IsBooted)
            await output.WriteLineAsync($"note: systemd does not run here, so that nothing goes back after a restart of the host: then garita harden undo {run.Manifest.Id}");
        var (results, kept) = Do(applier, repairs, who, isTimed: true, run);
        if (!kept)
            wayBacks.Disarm(RepairsWayBack.Name);
        else
            wayBacks.Made(RepairsWayBack.Name, armed);
        if (kept)
            await output.WriteLineAsync($"\nThis goes back in {seconds} s unless you log in anew, so that you know you can, and there run:\n  garita harden confirm {run.Manifest.Id}");
        return results;
    }

    private (IReadOnlyList<RepairResult> Results, bool IsKept) Do(Applier applier, PlannedRepair[] repairs, string who, bool isTimed, RunFolder? begun = null)
    {
        var run = begun ?? log.Begin(time.GetUtcNow(), who, root, isTimed, [.. repairs.Select(static repair => repair.Id)]);
        var results = applier.Apply(run, repairs);
        foreach (var result in results)
            output.WriteLine($"{Name(result.Outcome),-8} {result.Id}: {SafeText.Escape(result.Detail)}");
        var kept = run.Manifest.HasEffect;
        if (kept)
            output.WriteLine($"kept as {run.Manifest.Id}: garita harden undo {run.Manifest.Id}");
        Note(dataFolder, who, "harden.apply", null, $"{run.Manifest.Id}: {string.Join(", ", results.Select(static result => $"{result.Id} {Name(result.Outcome)}"))}{(isTimed ? ", goes back unless confirmed" : "")}", output);
        return (results, kept);
    }

    /// <summary>Writes an act into the record of administrators' acts; a host without a ledger that can be written is no reason not to repair it.</summary>
    public static void Note(string dataFolder, string who, string what, string? before, string? after, TextWriter error)
    {
        try
        {
            using var owner = ActingAs.OwnerOf(dataFolder);
            new HardeningHistory(dataFolder, TimeProvider.System).Note(new AuditEntry(TimeProvider.System.GetUtcNow(), who, "command line", what, before, after));
        }
        catch (Exception problem) when (problem is LedgerUnavailableException or Hardening.CannotLookException)
        {
            error.WriteLine($"note: this act is not in the record of acts: {SafeText.Escape(problem.Message)}");
        }
    }

    private static string Name(RepairOutcome outcome) => outcome switch
    {
        RepairOutcome.Done => "done",
        RepairOutcome.Nothing => "nothing",
        RepairOutcome.Failed => "failed",
        RepairOutcome.Broken => "broken",
        _ => "stopped",
    };
}
