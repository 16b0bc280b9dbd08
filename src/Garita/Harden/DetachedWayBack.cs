using Garita.Hardening.Repairs;
using Garita.WayBack;

namespace Garita.Harden;

/// <summary>The timed way back of repairs as a <see cref="Detached"/> process. A restart of the host ends it: then <c>garita harden undo</c> is the way back.</summary>
/// <param name="time">The clock.</param>
internal sealed class DetachedWayBack(TimeProvider time) : IWayBack
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    public async Task ArmAsync(string name, TimeSpan after, IReadOnlyList<string> command, string what, Func<bool> isThere)
    {
        try
        {
            Detached.Start(command, "garita-harden-" + name, what);
        }
        catch (WayBackException problem)
        {
            throw new RepairException($"the way back cannot be armed: {problem.Message}");
        }

        var started = time.GetTimestamp();
        while (!isThere())
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new RepairException($"the way back did not start within {Patience.TotalSeconds:0} s, so nothing was changed");
            await Task.Delay(LookAgain, time);
        }
    }
}
