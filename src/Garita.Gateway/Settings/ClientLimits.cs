using System.Net;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Settings;

/// <summary>Limits for listed networks in place of the general ones; what is null stays as it is.</summary>
public sealed record NetworkLimits
{
    /// <summary>For whom.</summary>
    public required IReadOnlyList<IPNetwork> Networks { get; init; }

    /// <summary>See <see cref="LimitSettings.ConnectionsPerClient"/>.</summary>
    public int? ConnectionsPerClient { get; init; }

    /// <summary>See <see cref="LimitSettings.ConnectionsPerNetwork"/>.</summary>
    public int? ConnectionsPerNetwork { get; init; }

    /// <summary>See <see cref="LimitSettings.ConnectionsPerMinute"/>.</summary>
    public int? ConnectionsPerMinute { get; init; }

    /// <summary>See <see cref="LimitSettings.MessagesPerHour"/>.</summary>
    public int? MessagesPerHour { get; init; }

    /// <summary>See <see cref="LimitSettings.RecipientsPerHour"/>.</summary>
    public int? RecipientsPerHour { get; init; }

    /// <summary>See <see cref="LimitSettings.HandshakesPerMinute"/>.</summary>
    public int? HandshakesPerMinute { get; init; }
}

/// <summary>The limits that hold for one client: the network's, else the listener's, else the general ones.</summary>
/// <param name="ConnectionsPerClient">Connections at once for its IPv4 /32 or IPv6 /64.</param>
/// <param name="ConnectionsPerNetwork">Connections at once for its IPv4 /24 or IPv6 /48.</param>
/// <param name="ConnectionsPerMinute">New connections a minute; 0: no limit.</param>
/// <param name="MessagesPerHour">Messages an hour; 0: no limit.</param>
/// <param name="RecipientsPerHour">Recipients an hour; 0: no limit.</param>
/// <param name="HandshakesPerMinute">TLS handshakes a minute; 0: no limit.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ClientLimits(
    int ConnectionsPerClient, int ConnectionsPerNetwork, int ConnectionsPerMinute, int MessagesPerHour, int RecipientsPerHour, int HandshakesPerMinute)
{
    /// <summary>Those of a client on a listener.</summary>
    /// <param name="client">The client.</param>
    /// <param name="limits">The general limits.</param>
    /// <param name="listener">The listener.</param>
    public static ClientLimits For(IPAddress client, LimitSettings limits, ListenerSettings listener)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(listener);
        NetworkLimits? own = null;
        for (var i = 0; i < limits.ForNetworks.Count && own is null; i++)
        {
            foreach (var network in limits.ForNetworks[i].Networks)
            {
                if (network.Contains(client))
                    own = limits.ForNetworks[i];
            }
        }

        return new ClientLimits(
            own?.ConnectionsPerClient ?? listener.ConnectionsPerClient ?? limits.ConnectionsPerClient,
            own?.ConnectionsPerNetwork ?? listener.ConnectionsPerNetwork ?? limits.ConnectionsPerNetwork,
            own?.ConnectionsPerMinute ?? listener.ConnectionsPerMinute ?? limits.ConnectionsPerMinute,
            own?.MessagesPerHour ?? limits.MessagesPerHour,
            own?.RecipientsPerHour ?? limits.RecipientsPerHour,
            own?.HandshakesPerMinute ?? limits.HandshakesPerMinute);
    }
}
