namespace Garita.Wall.Probe;

/// <summary>What became of one attempt to connect.</summary>
public enum PortState : byte
{
    /// <summary>Somebody accepted.</summary>
    Open,

    /// <summary>Refused: nobody listens, or a packet filter says so.</summary>
    Refused,

    /// <summary>No answer in time: dropped on the way, or the host is down.</summary>
    Silent,

    /// <summary>There is no way to it from here.</summary>
    Unreachable,
}

/// <summary>One port and what became of the attempt.</summary>
/// <param name="Port">The port.</param>
/// <param name="State">What became of it.</param>
public sealed record PortResult(int Port, PortState State);
