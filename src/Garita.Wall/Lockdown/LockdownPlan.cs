using System.Net;

namespace Garita.Wall.Lockdown;

/// <summary>
/// What a mail server behind the gateway lets in and out: on the ports that Garita serves the gateway and nobody else. One plan gives the
/// rules of each packet filter and the settings of each mail server.
/// </summary>
public sealed record LockdownPlan
{
    /// <summary>The mail server as the administrator names it; for comments only.</summary>
    public string Backend { get; init; } = "";

    /// <summary>The gateway's addresses as the mail server sees them.</summary>
    public required IReadOnlyList<IPAddress> Gateways { get; init; }

    /// <summary>The gateway's hardware addresses; empty where a router is between the two.</summary>
    public IReadOnlyList<string> GatewayMacs { get; init; } = [];

    /// <summary>The mail server's ports that a listener of Garita serves.</summary>
    public required IReadOnlyList<int> MailPorts { get; init; }

    /// <summary>Own networks that reach those ports past the gateway: printers, applications, other mail servers of the same site.</summary>
    public IReadOnlyList<IPNetwork> AlsoFrom { get; init; } = [];

    /// <summary>Administrators; empty: SSH is left as it is.</summary>
    public IReadOnlyList<IPNetwork> SshFrom { get; init; } = [];

    /// <summary>The port of SSH.</summary>
    public int SshPort { get; init; } = 22;

    /// <summary>Ports that stay open to everybody while all others are closed; null: ports that Garita does not serve are left as they are.</summary>
    public IReadOnlyList<int>? Services { get; init; }

    /// <summary>Resolvers.</summary>
    public IReadOnlyList<Destination> Dns { get; init; } = [];

    /// <summary>Time servers.</summary>
    public IReadOnlyList<Destination> Ntp { get; init; } = [];

    /// <summary>Where updates come from.</summary>
    public IReadOnlyList<Destination> Updates { get; init; } = [];

    /// <summary>Directories.</summary>
    public IReadOnlyList<Destination> Ldap { get; init; } = [];

    /// <summary>Where logs are sent.</summary>
    public IReadOnlyList<Destination> LogHosts { get; init; } = [];

    /// <summary>Where it brings mail itself; the gateway is always among them.</summary>
    public IReadOnlyList<Destination> MailTo { get; init; } = [];

    /// <summary>Whether connections that the mail server begins are limited to those declared.</summary>
    public bool LimitsEgress => Dns.Count + Ntp.Count + Updates.Count + Ldap.Count + LogHosts.Count + MailTo.Count > 0;

    /// <summary>The gateway and whoever else may reach the mail ports.</summary>
    internal IEnumerable<IPNetwork> AllowedClients => [.. Gateways.Select(static gateway => new IPNetwork(gateway, LockdownText.Bits(gateway))), .. AlsoFrom];

    /// <summary>What the declared egress may be, one line of purpose, protocols, destinations and usual ports each.</summary>
    internal IEnumerable<Egress> DeclaredEgress =>
    [
        new("names", ["udp", "tcp"], Dns, [53]),
        new("time", ["udp"], Ntp, [123]),
        new("updates", ["tcp"], Updates, [80, 443]),
        new("directory", ["tcp"], Ldap, [389, 636]),
        new("logs", ["udp", "tcp"], LogHosts, [514, 6514]),
        new("mail past the gateway", ["tcp"], MailTo, [25, 465, 587]),
    ];

    /// <summary>What the administrator should know of this plan before it is in force.</summary>
    public IEnumerable<string> Warnings()
    {
        if (SshFrom.Count == 0)
            yield return "ssh_from is empty: SSH is left as it is, open to whoever reaches it now";
        if (Services is null)
            yield return "services is not set: ports that Garita does not serve are left as they are";
        if (!LimitsEgress)
        {
            yield return "no egress is declared (dns, ntp, updates, ldap, log_hosts, mail_to): what the mail server itself connects to is left as it is";
            yield break;
        }

        if (Dns.Count == 0)
            yield return "dns is empty: the mail server will find no names, unless its resolver runs on itself and is let out otherwise";
        if (Updates.Count == 0)
            yield return "updates is empty: the mail server gets no security updates over the network";
        if (Ntp.Count == 0)
            yield return "ntp is empty: its clock drifts";
        if (MailTo.Count == 0)
            yield return "mail_to is empty: the mail server sends mail to the gateway alone (ports 25, 465 and 587)";
    }
}

/// <summary>One purpose of egress.</summary>
/// <param name="Purpose">What for.</param>
/// <param name="Protocols">tcp, udp.</param>
/// <param name="To">Where to.</param>
/// <param name="Usual">The ports where none is named.</param>
internal sealed record Egress(string Purpose, string[] Protocols, IReadOnlyList<Destination> To, int[] Usual);
