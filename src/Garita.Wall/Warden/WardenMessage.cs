using System.Net;

namespace Garita.Wall.Warden;

/// <summary>What gateway, command line and warden say to each other. Each command gets one answer, in their order.</summary>
public abstract record WardenMessage;

/// <summary>Networks to be kept out; one that is already is from now on for the new time.</summary>
/// <param name="Bans">At most what fits into a frame.</param>
public sealed record BanCommand(IReadOnlyList<WardenBan> Bans) : WardenMessage;

/// <summary>Networks that may come again.</summary>
/// <param name="Networks">At most what fits into a frame.</param>
public sealed record UnbanCommand(IReadOnlyList<IPNetwork> Networks) : WardenMessage;

/// <summary>All bans there are follow, in place of all that was said before; nothing changes until its end.</summary>
/// <param name="Count">How many will follow.</param>
public sealed record SnapshotBegin(int Count) : WardenMessage;

/// <summary>Some of them.</summary>
/// <param name="Bans">At most what fits into a frame.</param>
public sealed record SnapshotPart(IReadOnlyList<WardenBan> Bans) : WardenMessage;

/// <summary>These were all.</summary>
public sealed record SnapshotEnd : WardenMessage;

/// <summary>An administrator chooses the flood mode.</summary>
/// <param name="Mode">The mode.</param>
public sealed record FloodCommand(FloodMode Mode) : WardenMessage;

/// <summary>Whether the gateway would like the flood mode; counts where the mode is automatic, and as long as the connection lasts.</summary>
/// <param name="Wanted">Whether it would.</param>
public sealed record WishCommand(bool Wanted) : WardenMessage;

/// <summary>Asks for <see cref="WardenState"/>.</summary>
public sealed record StatusCommand : WardenMessage;

/// <summary>A command was carried out.</summary>
/// <param name="Taken">Networks taken.</param>
/// <param name="Refused">Networks that are not for the kernel: never to be banned, too wide, or one too many. The gateway enforces them alone.</param>
/// <param name="InKernel">Whether the kernel has what was taken; false while the table is missing.</param>
public sealed record DoneAnswer(int Taken, int Refused, bool InKernel) : WardenMessage;

/// <summary>A command that is not for whoever sent it, or no command at all.</summary>
/// <param name="Text">Why, for people; ASCII.</param>
public sealed record RefusalAnswer(string Text) : WardenMessage;
