namespace Garita.Wall.Warden;

/// <summary>What was found at the beginning of some octets.</summary>
public enum FrameStatus : byte
{
    /// <summary>Less than a frame; nothing is wrong so far.</summary>
    Incomplete,
    /// <summary>A frame.</summary>
    Message,
    /// <summary>Nothing that can become one; the connection has to end.</summary>
    Malformed,
}
