namespace Garita.Wall.Rulesets;

/// <summary>How the way back to a packet's source is checked against the routes (RFC 3704).</summary>
public enum ReversePath
{
    /// <summary>By the interface it came in on.</summary>
    Strict,

    /// <summary>By any interface.</summary>
    Loose,

    /// <summary>Not at all.</summary>
    Off,
}
