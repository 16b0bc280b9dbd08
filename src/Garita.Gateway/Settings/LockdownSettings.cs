using System.Net;

namespace Garita.Gateway.Settings;

/// <summary>What the mail servers behind let in and out (<c>[wall.lockdown]</c>); the gateway itself does not use it.</summary>
public sealed record LockdownSettings
{
    /// <summary>This gateway's addresses as the mail servers see them.</summary>
    public IReadOnlyList<IPAddress> Gateways { get; init; } = [];

    /// <summary>Its hardware addresses, <c>02:00:00:00:00:01</c>; empty where a router is between.</summary>
    public IReadOnlyList<string> GatewayMacs { get; init; } = [];

    /// <summary>Own networks that reach the mail ports past the gateway.</summary>
    public IReadOnlyList<IPNetwork> AlsoFrom { get; init; } = [];

    /// <summary>Administrators' networks; empty: SSH is left as it is.</summary>
    public IReadOnlyList<IPNetwork> SshFrom { get; init; } = [];

    /// <summary>The port of SSH.</summary>
    public int SshPort { get; init; } = 22;

    /// <summary>Ports that stay open to everybody while all others are closed; null: ports that Garita does not serve are left as they are.</summary>
    public IReadOnlyList<int>? Services { get; init; }

    /// <summary>Resolvers.</summary>
    public IReadOnlyList<LockdownDestination> Dns { get; init; } = [];

    /// <summary>Time servers.</summary>
    public IReadOnlyList<LockdownDestination> Ntp { get; init; } = [];

    /// <summary>Where updates come from.</summary>
    public IReadOnlyList<LockdownDestination> Updates { get; init; } = [];

    /// <summary>Directories.</summary>
    public IReadOnlyList<LockdownDestination> Ldap { get; init; } = [];

    /// <summary>Where logs are sent.</summary>
    public IReadOnlyList<LockdownDestination> LogHosts { get; init; } = [];

    /// <summary>Where mail is brought past the gateway.</summary>
    public IReadOnlyList<LockdownDestination> MailTo { get; init; } = [];
}

/// <summary>Where a mail server itself may connect to.</summary>
/// <param name="Network">The network.</param>
/// <param name="Port">The port; null for those of the purpose.</param>
public sealed record LockdownDestination(IPNetwork Network, int? Port);
