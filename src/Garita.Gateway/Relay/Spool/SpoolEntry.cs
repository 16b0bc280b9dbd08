namespace Garita.Gateway.Relay.Spool;

/// <summary>Where a spooled message is on its way.</summary>
internal enum SpoolPlace : byte
{
    /// <summary>To be tried, oldest first, as soon as its mail server answers.</summary>
    Ready,
    /// <summary>To be tried when its own time comes.</summary>
    Waiting,
    /// <summary>A try is under way.</summary>
    Trying,
    /// <summary>Not tried until an administrator lets it go.</summary>
    Held,
    /// <summary>Gone.</summary>
    Gone,
}

/// <summary>
/// What is in memory of a spooled message, some 220 octets with its places in the queue. All else is read from its file when it is needed. Its
/// times are time stamps: a clock that is set neither expires it nor holds it up.
/// </summary>
internal sealed class SpoolEntry(SpoolId id, DeliveryMemory.Key key, long octets, long born)
{
    internal SpoolId Id { get; } = id;

    internal DeliveryMemory.Key Key { get; } = key;

    /// <summary>What it is charged with.</summary>
    internal long Octets { get; } = octets;

    /// <summary>The time stamp of its arrival; below zero where that was before the clock's first.</summary>
    internal long Born { get; } = born;

    internal SpoolPlace Place { get; set; }

    /// <summary>When it is tried next, as a time stamp.</summary>
    internal long Next { get; set; }

    internal int Tries { get; set; }

    /// <summary>Whether it waits only because its mail server did not answer a probe: it goes on as soon as that answers.</summary>
    internal bool WaitsForBackend { get; set; }

    /// <summary>Whether it was here before the process began: its sender may not have heard our 250, and may bring it again after it was delivered.</summary>
    internal bool IsLoaded { get; init; }

    /// <summary>Whether an administrator wants it held while a try is under way.</summary>
    internal bool HoldAfterTry { get; set; }
}
