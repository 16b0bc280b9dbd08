namespace Garita.Wall.Warden;

/// <summary>When SYNs to the mail ports are answered with cookies before connection tracking sees them.</summary>
public enum FloodMode : byte
{
    /// <summary>Never.</summary>
    Off,
    /// <summary>Always.</summary>
    On,
    /// <summary>While half-open connections, or a gateway that is overloaded, say so.</summary>
    Auto,
}
