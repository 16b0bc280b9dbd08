namespace Garita.Hardening.Repairs;

/// <summary>Units of systemd. Where it does not run (an image, a container), they are only set up for the next boot.</summary>
/// <param name="programs">Programs of the host.</param>
/// <param name="root">The root of the file system.</param>
/// <param name="isBooted">Whether systemd runs here: sd_booted(3).</param>
/// <param name="isStarting">Whether the machine starts at this moment: what is to run is asked for, and not waited for, since it waits for us.</param>
public sealed class Units(IPrograms programs, string root, bool isBooted, bool isStarting = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Whether systemd runs on this host.</summary>
    public static bool IsBooted => Directory.Exists("/run/systemd/system");

    private bool IsLive => isBooted && root is "/";

    /// <summary><c>enabled</c>, <c>disabled</c>, <c>masked</c>, <c>static</c> …</summary>
    /// <param name="unit">The unit.</param>
    public string Enabled(string unit)
    {
        var said = Ask("is-enabled", unit).Output.Trim();
        return said.Length == 0 ? "not-found" : said;
    }

    /// <summary>Whether it runs.</summary>
    /// <param name="unit">The unit.</param>
    public bool IsActive(string unit) => IsLive && Ask("is-active", unit).Output.Trim() is "active" or "reloading" or "activating";

    /// <summary>Whether a unit is as it is wished. Nothing tells whether it has read its settings.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="wish">What it should be.</param>
    public bool Is(string unit, UnitWish wish) => wish switch
    {
        UnitWish.Enable => Enabled(unit) is "enabled" or "static" or "indirect" or "alias" or "generated" && (!IsLive || IsActive(unit)),
        UnitWish.Disable => Enabled(unit) is not ("enabled" or "enabled-runtime" or "linked") && !IsActive(unit),
        UnitWish.Mask => Enabled(unit) is "masked" && !IsActive(unit),
        _ => !IsActive(unit),
    };

    /// <summary>Does what is wished.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="wish">What becomes of it.</param>
    public void Set(string unit, UnitWish wish)
    {
        switch (wish)
        {
            case UnitWish.Enable:
                Unmask(unit);
                Do("enable", unit);
                Start(unit, "start");
                break;
            case UnitWish.Disable:
                Do("disable", unit);
                Start(unit, "stop");
                break;
            case UnitWish.Mask:
                Start(unit, "stop");
                Do("mask", unit);
                break;
            case UnitWish.Reload:
                Start(unit, "try-reload-or-restart");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(wish));
        }
    }

    /// <summary>As it was before.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="enabled">What <c>is-enabled</c> said then.</param>
    /// <param name="active">Whether it ran then.</param>
    public void Restore(string unit, string enabled, bool active)
    {
        if (enabled is "masked")
        {
            Do("mask", unit);
        }
        else
        {
            Unmask(unit);
            var now = Enabled(unit);
            if (enabled is "enabled" && now is not "enabled")
                Do("enable", unit);
            else if (enabled is "disabled" && now is not "disabled")
                Do("disable", unit);
        }

        // At the machine's start nothing tells what will run: the job for it is made already, and is replaced.
        if (IsLive && (isStarting || active != IsActive(unit)) && enabled is not "not-found")
            Start(unit, active ? "start" : "stop");
    }

    private void Unmask(string unit)
    {
        if (Enabled(unit) is "masked")
            Do("unmask", unit);
    }

    private void Start(string unit, string verb)
    {
        if (IsLive)
            Do(verb, unit);
    }

    private void Do(string verb, string unit)
    {
        var result = isStarting && verb is ("start" or "stop" or "try-reload-or-restart") ? programs.Run("systemctl", ["--no-pager", "--no-block", verb, "--", unit], Patience) : Ask(verb, unit);
        if (result.ExitCode != 0)
            throw new RepairException($"systemctl {verb} {unit}: {Verification.Said(result)}");
    }

    private CommandResult Ask(string verb, string unit) =>
        programs.Run("systemctl", root is "/" ? ["--no-pager", verb, "--", unit] : ["--no-pager", "--root=" + root, verb, "--", unit], Patience);
}
