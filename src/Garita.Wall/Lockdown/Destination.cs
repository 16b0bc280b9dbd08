using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Garita.Wall.Lockdown;

/// <summary>Where the mail server itself may connect to: a network, and a port or the usual ones of the purpose.</summary>
/// <param name="Network">The network; an address alone is a network of one.</param>
/// <param name="Port">The port; null for those of the purpose.</param>
public sealed record Destination(IPNetwork Network, int? Port = null)
{
    internal bool IsIpv6 => Network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>The ports, as both packet filters take a list of them.</summary>
    internal IEnumerable<int> Ports(params int[] usual) => Port is { } port ? [port] : usual;

    /// <inheritdoc/>
    public override string ToString() => Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{LockdownText.Network(Network)} port {port}") : LockdownText.Network(Network);
}
