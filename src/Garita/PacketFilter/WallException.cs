namespace Garita.PacketFilter;

/// <summary>The packet filter cannot be made or applied; the message says why and what to do.</summary>
internal sealed class WallException(string message) : Exception(message);
