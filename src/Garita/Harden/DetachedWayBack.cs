using Garita.Hardening.Repairs;

namespace Garita.Harden;

/// <summary>
/// The timed way back as a process that nobody's logging out ends: a transient unit where systemd runs (a session's own processes may be killed with
/// it), else a session of its own. A restart of the host ends it: then <c>garita harden undo</c> is the way back.
/// </summary>
/// <param name="programs">Programs of the host.</param>
/// <param name="isBooted">Whether systemd runs.</param>
/// <param name="time">The clock.</param>
internal sealed class DetachedWayBack(IPrograms programs, bool isBooted, TimeProvider time) : IWayBack
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>This program, to be started again.</summary>
    public static IReadOnlyList<string> Self
    {
        get
        {
            var program = Environment.ProcessPath ?? throw new RepairException("this program does not know where it lies, so it cannot be started again");
            var first = Environment.GetCommandLineArgs()[0];
            return first.EndsWith(".dll", StringComparison.Ordinal) ? [program, Path.GetFullPath(first)] : [program];
        }
    }

    public async Task ArmAsync(string name, TimeSpan after, IReadOnlyList<string> command, string what, Func<bool> isThere)
    {
        var result = isBooted && programs.Has("systemd-run")
            ? programs.Run("systemd-run", ["--quiet", "--collect", "--unit=garita-harden-" + name, "--description=" + what, "--", .. command], Patience)
            : programs.Run("sh", ["-c", "exec setsid --fork \"$@\" < /dev/null > /dev/null 2>&1", "sh", .. command], Patience);
        if (result.ExitCode != 0)
            throw new RepairException($"the way back cannot be armed, so nothing was changed: {result.Error.Trim()}");
        var started = time.GetTimestamp();
        while (!isThere())
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new RepairException($"the way back did not start within {Patience.TotalSeconds:0} s, so nothing was changed");
            await Task.Delay(LookAgain, time);
        }
    }
}
