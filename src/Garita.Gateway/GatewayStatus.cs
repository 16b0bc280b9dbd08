using Garita.Gateway.Alarms;
using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Recipients;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Relay.Spool;

namespace Garita.Gateway;

/// <summary>What <c>garita status</c> shows.</summary>
/// <param name="Version">Garita's version.</param>
/// <param name="Hostname">Host name.</param>
/// <param name="Started">When it was started (UTC).</param>
/// <param name="Connections">Connections now.</param>
/// <param name="ConnectionSlots">Connections that are possible.</param>
/// <param name="Accepted">Connections since the start.</param>
/// <param name="Delivered">Messages that a mail server took.</param>
/// <param name="Refused">Messages and recipients refused.</param>
/// <param name="LettersInMemory">Octets of messages in memory.</param>
/// <param name="LettersOnDisk">Octets of messages in files.</param>
/// <param name="RecordsDropped">Decision records dropped.</param>
/// <param name="Listeners">Listeners with their addresses.</param>
/// <param name="Backends">State of each backend.</param>
/// <param name="RuleHits">Hits by rule and verdict since the start.</param>
/// <param name="Pressure">calm, pressure or overload.</param>
public sealed record GatewayStatus(
    string Version, string Hostname, DateTimeOffset Started, int Connections, int ConnectionSlots, long Accepted, long Delivered, long Refused,
    long LettersInMemory, long LettersOnDisk, long RecordsDropped, IReadOnlyList<string> Listeners, IReadOnlyList<BackendState> Backends, IReadOnlyDictionary<string, long> RuleHits, string Pressure)
{
    /// <summary>Bans that have not ended.</summary>
    public int Bans { get; init; }

    /// <summary>How it stands with the warden, who keeps bans in the kernel; empty where nothing is known of one.</summary>
    public string Warden { get; init; } = "";

    /// <summary>What strangers were told of each domain today.</summary>
    public IReadOnlyList<DisclosureState> Disclosures { get; init; } = [];

    /// <summary>What each tenant's quarantine holds.</summary>
    public IReadOnlyList<QuarantineTotal> Quarantine { get; init; } = [];

    /// <summary>What each tenant has in the spool.</summary>
    public IReadOnlyList<SpoolTotal> Spool { get; init; } = [];

    /// <summary>The latest alarms, newest first.</summary>
    public IReadOnlyList<AlarmNotice> Alarms { get; init; } = [];

    /// <summary>How the tenants' directories (LDAP) stand.</summary>
    public IReadOnlyList<DirectoryState> Directories { get; init; } = [];

    /// <summary>Networks and sender domains that were told most today, of those that brought no mail in 90 days.</summary>
    public IReadOnlyList<StrangerState> MostTold { get; init; } = [];
}
