using Garita.WayBack;

namespace Garita.Harden;

/// <summary>The timed way back of repairs: one at a time, since nothing new is begun while a run waits to be confirmed.</summary>
internal static class RepairsWayBack
{
    /// <summary>Its name.</summary>
    public const string Name = "repairs";

    /// <summary>How to put a run back.</summary>
    /// <param name="run">The run.</param>
    /// <param name="dataFolder">Where it is written down.</param>
    /// <param name="lockFile">The lock of all runs.</param>
    public static WayBackPlan PlanOf(string run, string dataFolder, string lockFile)
    {
        string[] command = [.. Detached.Self, "harden", "undo", run, "--way-back", "--data", dataFolder];
        return new WayBackPlan("repairs of SSH, firewall or PAM", command) { Subject = run, AtBoot = [.. command, "--at-boot"], Lock = lockFile };
    }

    /// <summary>The run that is held or gone at this moment, and how it stands; null: none.</summary>
    public static (string Run, WayBackStanding Standing)? Look(WayBacks wayBacks) =>
        wayBacks.Look(Name) is var standing and not WayBackStanding.None && (wayBacks.Going(Name) ?? wayBacks.Armed(Name))?.Plan.Subject is { } run ? (run, standing) : null;

    /// <summary>What an administrator has to know of it, and to do.</summary>
    public static string Say(string run, WayBackStanding standing) => standing switch
    {
        WayBackStanding.Waits => $"the run {run} waits to be confirmed: garita harden confirm {run}, or garita harden undo {run}",
        WayBackStanding.Lost => $"nobody confirmed the run {run}, and the process that would have put it back was killed: garita harden undo {run}, or garita harden confirm {run}",
        WayBackStanding.Restarted => $"the host was restarted before anybody confirmed the run {run}, and nothing put it back: garita harden undo {run}, or garita harden confirm {run}",
        WayBackStanding.Goes => $"the run {run} is put back at this moment: wait for its end",
        _ => $"putting the run {run} back was cut off in its middle: garita harden undo {run}",
    };

    /// <summary>What should not stay as it is; null: nothing.</summary>
    public static string? Warning(string dataFolder)
    {
        if (!Environment.IsPrivilegedProcess)
            return null;
        try
        {
            if (WayBacks.If(dataFolder, TimeProvider.System) is not { } wayBacks)
                return null;
            if (Look(wayBacks) is { Standing: WayBackStanding.Lost or WayBackStanding.Restarted or WayBackStanding.Stuck } held)
                return Say(held.Run, held.Standing);
            return wayBacks.Look(Name) == WayBackStanding.None && wayBacks.Gone(Name) is { Problem: { } problem } gone ? $"the run {gone.Armed.Plan.Subject} went back at {gone.When.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, but not all of it ({problem}): garita harden undo --list" : null;
        }
        catch (WayBackException problem)
        {
            return problem.Message;
        }
    }
}
