namespace Garita.Hardening.Firewall;

/// <summary>
/// A packet that is not sent, only thought of: the first of a connection, from a stranger somewhere in the Internet (no list names him) to an address
/// of this host, or from this host to itself.
/// </summary>
/// <param name="IsV6">Whether it is IPv6.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Port">The port it goes to.</param>
/// <param name="IsLoopback">Whether it comes over the interface lo.</param>
internal sealed record Probe(bool IsV6, string Protocol, int Port, bool IsLoopback = false)
{
    /// <summary>A port from which programs call.</summary>
    public const int SourcePort = 49152;

    /// <summary>A stranger at a port where nothing of this host is.</summary>
    public static Probe AtClosedPort(bool isV6) => new(isV6, "tcp", 47808);
}
