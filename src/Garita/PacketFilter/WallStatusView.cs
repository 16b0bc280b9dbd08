namespace Garita.PacketFilter;

/// <summary>The state of the packet filter, as <c>garita wall status --json</c> shows it.</summary>
/// <param name="Loaded">Whether the kernel has the table.</param>
/// <param name="Flood">Whether SYNs are answered with cookies.</param>
/// <param name="SettingsDrift">Whether the settings, or names in them, say something else than what was loaded; null: cannot be told.</param>
/// <param name="KernelDrift">Whether somebody changed the table in the kernel since; null: cannot be told.</param>
/// <param name="WaitsForConfirmation">Until when it waits to be confirmed; null: it does not.</param>
/// <param name="WayBackLost">Whether the process that would go back was killed.</param>
/// <param name="Counters">Packets by reason.</param>
/// <param name="Bans">Bans in force, as the gateway knows them; null: it does not run.</param>
/// <param name="Warden">How the warden stands, in words; null: none answers.</param>
/// <param name="Mended">How many times since his start the warden put right what somebody else had done to the bans in the kernel; null: none answers.</param>
/// <param name="Notes">What else is to be known.</param>
internal sealed record WallStatusView(
    bool Loaded, bool Flood, bool? SettingsDrift, bool? KernelDrift, DateTimeOffset? WaitsForConfirmation, bool WayBackLost,
    IReadOnlyDictionary<string, long> Counters, int? Bans, string? Warden, int? Mended, IReadOnlyList<string> Notes);
