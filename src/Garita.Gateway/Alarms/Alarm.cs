namespace Garita.Gateway.Alarms;

/// <summary>What an administrator is woken for.</summary>
public enum AlarmKind : byte
{
    /// <summary>One client or network tries out recipients.</summary>
    Harvest,
    /// <summary>Many clients together try out recipients of one domain.</summary>
    DistributedHarvest,
    /// <summary>Non-delivery reports come in numbers for mail that was never sent.</summary>
    BounceFlood,
    /// <summary>Connections or messages beyond what the limits allow.</summary>
    Flood,
    /// <summary>A mail server does not answer.</summary>
    BackendDown,
    /// <summary>A mail server refuses recipients that its tenant's source knows.</summary>
    LateRefusals,
    /// <summary>A source of recipients cannot be read, or what was read is too old.</summary>
    DirectoryStale,
    /// <summary>A source of recipients lost more than it may; the last good reading stays.</summary>
    DirectoryShrunk,
    /// <summary>There are more bans than fit; new ones are not made.</summary>
    BansCapped,
    /// <summary>A tenant's quarantine, or the disk under it, is full; mail for it is put off.</summary>
    QuarantineFull,
    /// <summary>Accepted mail was not taken by its mail server in time.</summary>
    SpoolExpired,
    /// <summary>A mail server refused mail that had been accepted for it.</summary>
    SpoolRefused,
    /// <summary>The spool has no room; senders are put off.</summary>
    SpoolFull,
}

/// <summary>Something that an administrator must know of.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Tenant">Whose; null when it concerns everybody.</param>
/// <param name="Text">One sentence for people, in our own words: nothing that came from outside.</param>
/// <param name="Key">What it is about: a mail server's address, a file, a network.</param>
/// <param name="IsOver">Whether it tells that what was told before has ended.</param>
public sealed record Alarm(AlarmKind Kind, string? Tenant, string Text, string Key, bool IsOver = false);

/// <summary>Words of the kinds, as they stand in notices, logs and metrics.</summary>
public static class AlarmKinds
{
    /// <summary>The word of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public static string Word(this AlarmKind kind) => kind switch
    {
        AlarmKind.Harvest => "harvest",
        AlarmKind.DistributedHarvest => "distributed-harvest",
        AlarmKind.BounceFlood => "bounce-flood",
        AlarmKind.Flood => "flood",
        AlarmKind.BackendDown => "backend-down",
        AlarmKind.LateRefusals => "late-refusals",
        AlarmKind.DirectoryStale => "directory-stale",
        AlarmKind.DirectoryShrunk => "directory-shrunk",
        AlarmKind.QuarantineFull => "quarantine-full",
        AlarmKind.SpoolExpired => "spool-expired",
        AlarmKind.SpoolRefused => "spool-refused",
        AlarmKind.SpoolFull => "spool-full",
        _ => "bans-capped",
    };
}
