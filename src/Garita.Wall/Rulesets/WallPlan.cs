using System.Net;

namespace Garita.Wall.Rulesets;

/// <summary>All that a ruleset is made of, as typed values: no text from outside gets further than here.</summary>
public sealed record WallPlan
{
    /// <summary>Interfaces to the outside; empty: all but loopback.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>How sources are checked against the routes.</summary>
    public ReversePath ReversePath { get; init; }

    /// <summary>Where mail comes in.</summary>
    public required IReadOnlyList<MailDoor> Doors { get; init; }

    /// <summary>Passed by bans, limits and cookies.</summary>
    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    /// <summary>Passed by bans and limits.</summary>
    public IReadOnlyList<IPNetwork> NeverBan { get; init; } = [];

    /// <summary>Who may use SSH; empty: everybody.</summary>
    public IReadOnlyList<IPNetwork> SshFrom { get; init; } = [];

    /// <summary>Ports of the SSH server.</summary>
    public IReadOnlyList<int> SshPorts { get; init; } = [22];

    /// <summary>Further services of this host.</summary>
    public IReadOnlyList<Passage> Open { get; init; } = [];

    /// <summary>The number of the gateway's user.</summary>
    public required uint GatewayUser { get; init; }

    /// <summary>What that user may reach.</summary>
    public IReadOnlyList<Passage> Egress { get; init; } = [];

    /// <summary>Connections a minute that a client may complete; 0: no limit.</summary>
    public int MadePerMinute { get; init; }

    /// <summary>Connections at once of an IPv4 /32 or IPv6 /64, where cookies proved it.</summary>
    public required int ConnectionsPerClient { get; init; }

    /// <summary>Connections at once of an IPv4 /24 or IPv6 /48, where cookies proved them.</summary>
    public required int ConnectionsPerNetwork { get; init; }

    /// <summary>Lines a second in the kernel's log, for each reason; 0: none.</summary>
    public int LogPerSecond { get; init; }

    /// <summary>Whether SYNs are answered with cookies from the start.</summary>
    public bool Flood { get; init; }

    /// <summary>Whether packets that would be forwarded are dropped: only on a host that forwards nothing.</summary>
    public bool DropForwarded { get; init; }
}
