using System.Globalization;
using System.Net;
using Garita.Wall.Warden;

namespace Garita.Gateway.Settings;

/// <summary>How the way back to a packet's source is checked against the routes.</summary>
public enum WallReversePath : byte
{
    /// <summary>By the interface it came in on.</summary>
    Strict,

    /// <summary>By any interface: for hosts with several ways out.</summary>
    Loose,

    /// <summary>Not at all.</summary>
    Off,
}

/// <summary>A service that the packet filter lets through beside mail.</summary>
/// <param name="IsUdp">UDP; otherwise TCP.</param>
/// <param name="Port">Its port.</param>
/// <param name="Network">Who may come, or where one may go; null: everybody, or the host.</param>
/// <param name="Host">A host name, looked up when the ruleset is made; null: none.</param>
public sealed record WallService(bool IsUdp, int Port, IPNetwork? Network, string? Host)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsUdp ? "udp" : "tcp")}/{Port}{(Network is { } network ? " " + network : Host is { } host ? " " + host : "")}");
}

/// <summary>The packet filter of the gateway's own host. Nothing is loaded but by <c>garita wall apply</c>.</summary>
public sealed record WallSettings
{
    /// <summary>Interfaces to the outside; empty: all but loopback.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Who may use SSH, the administrators' networks included; empty: SSH stays open to all.</summary>
    public IReadOnlyList<IPNetwork> SshFrom { get; init; } = [];

    /// <summary>Ports of the SSH server.</summary>
    public IReadOnlyList<int> SshPorts { get; init; } = [22];

    /// <summary>The user that the gateway runs as, by name or number.</summary>
    public string User { get; init; } = "garita";

    /// <summary>Services of this host that others may reach.</summary>
    public IReadOnlyList<WallService> Open { get; init; } = [];

    /// <summary>What the gateway's user may reach beside what the settings name.</summary>
    public IReadOnlyList<WallService> Egress { get; init; } = [];

    /// <summary>How sources are checked against the routes.</summary>
    public WallReversePath ReversePath { get; init; }

    /// <summary>Lines a second in the kernel's log of dropped packets; 0: none.</summary>
    public int LogPerSecond { get; init; } = 5;

    /// <summary>When the kernel answers SYNs with cookies.</summary>
    public FloodMode Flood { get; init; } = FloodMode.Auto;

    /// <summary>The warden's socket.</summary>
    public string Warden { get; init; } = WardenProtocol.DefaultSocket;
}
