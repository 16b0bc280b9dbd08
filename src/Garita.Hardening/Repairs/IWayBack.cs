namespace Garita.Hardening.Repairs;

/// <summary>A timed way back: a process of its own that outlives the terminal, the login and the one that armed it.</summary>
public interface IWayBack
{
    /// <summary>Starts the process; it is there when this returns.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="after">How long it waits for being confirmed.</param>
    /// <param name="command">What it runs then, program first.</param>
    /// <param name="what">What goes back, for a person.</param>
    /// <param name="isThere">Whether the process said that it is there.</param>
    /// <exception cref="RepairException">It cannot be started: nothing may be changed then.</exception>
    Task ArmAsync(string name, TimeSpan after, IReadOnlyList<string> command, string what, Func<bool> isThere);
}
