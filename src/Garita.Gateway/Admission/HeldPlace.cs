namespace Garita.Gateway.Admission;

/// <summary>What a place is worth, least first.</summary>
internal enum PlaceRank : byte
{
    /// <summary>Of a stranger whose network holds many others.</summary>
    Crowded,
    /// <summary>Of a stranger.</summary>
    Stranger,
    /// <summary>Of a trusted network.</summary>
    Trusted,
}

/// <summary>A connection's place among those that may be evicted: a link of a list, so that moving costs no allocation.</summary>
internal abstract class HeldPlace
{
    internal HeldPlace? Earlier { get; set; }

    internal HeldPlace? Later { get; set; }

    /// <summary>When it last got on as an honest client does, the clock's time stamp.</summary>
    internal long ProgressAt { get; set; }

    internal PlaceRank Rank { get; set; }

    /// <summary>Closes it with 421. Must not wait.</summary>
    internal abstract void Evict();
}
