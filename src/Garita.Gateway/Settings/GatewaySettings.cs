using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Settings;

/// <summary>
/// Everything an administrator can set, as one immutable snapshot. It is swapped whole on reload; a session keeps the one it started with.
/// It does not read files: the executable makes it from garita.toml.
/// </summary>
public sealed record GatewaySettings
{
    /// <summary>The name in greeting, EHLO reply and <c>Received:</c>; a fully qualified domain name in lower case.</summary>
    public required string Hostname { get; init; }

    /// <summary>The data folder, absolute: ledger, decision records, spilled messages, control socket.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The listeners, in the order of the file.</summary>
    public IReadOnlyList<ListenerSettings> Listeners { get; init; } = [];

    /// <summary>Certificates, the first without server name match is the default.</summary>
    public IReadOnlyList<CertificateSettings> Certificates { get; init; } = [];

    /// <summary>Where the read-only admin endpoint listens; null for none.</summary>
    public IPEndPoint? AdminBind { get; init; }

    /// <summary>Networks with a special standing.</summary>
    public NetworkSettings Networks { get; init; } = new();

    /// <summary>How names are looked up.</summary>
    public DnsSettings Dns { get; init; } = new();

    /// <summary>The organisations whose mail is guarded.</summary>
    public IReadOnlyList<TenantSettings> Tenants { get; init; } = [];

    /// <summary>Limits for clients and messages.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>The memory budget.</summary>
    public MemorySettings Memory { get; init; } = new();

    /// <summary>Bans that rules make.</summary>
    public BanSettings Bans { get; init; } = new();

    /// <summary>How long and how much the ledger keeps.</summary>
    public LedgerSettings Ledger { get; init; } = new();

    /// <summary>Lists in DNS that are asked about clients.</summary>
    public DnsblSettings Dnsbl { get; init; } = new();

    /// <summary>Who is put off the first time.</summary>
    public GreylistSettings Greylist { get; init; } = new();

    /// <summary>Programs that scan messages.</summary>
    public EnginesSettings Engines { get; init; } = new();

    /// <summary>What harvesters may learn.</summary>
    public HarvestSettings Harvest { get; init; } = new();

    /// <summary>Whom DMARC's judgement trusts.</summary>
    public DmarcSettings Dmarc { get; init; } = new();

    /// <summary>The policy for attachments.</summary>
    public AttachmentSettings Attachments { get; init; } = new();

    /// <summary>How mail is kept for servers that do not answer.</summary>
    public SpoolSettings Spool { get; init; } = new();

    /// <summary>How administrators are told of alarms.</summary>
    public AlarmSettings Alarms { get; init; } = new();

    /// <summary>The smarthost for what Garita itself has to send; null for none.</summary>
    public BackendSettings? Outbound { get; init; }

    /// <summary>The packet filter of this host.</summary>
    public WallSettings Wall { get; init; } = new();

    /// <summary>In whose name changed messages are sealed; null for nobody's.</summary>
    public ArcSettings? Arc { get; init; }

    /// <summary>What the mail servers behind let in and out.</summary>
    public LockdownSettings Lockdown { get; init; } = new();

    /// <summary>Modes of the rules for everybody.</summary>
    public RuleModes Rules { get; init; } = RuleModes.Default;

    /// <summary>Exceptions from the file; those made by a verb are in the ledger.</summary>
    public IReadOnlyList<ExceptionRule> Exceptions { get; init; } = [];

    /// <summary>Lower-case domain to tenant, made from <see cref="Tenants"/>.</summary>
    public FrozenDictionary<string, TenantSettings> TenantByDomain { get; init; } = FrozenDictionary<string, TenantSettings>.Empty;
}

/// <summary>The dialogue a listener speaks.</summary>
public enum ListenerProtocol : byte
{
    /// <summary>SMTP from other mail servers (port 25).</summary>
    Smtp,
}

/// <summary>TLS of a listener.</summary>
public enum ListenerTls : byte
{
    /// <summary>STARTTLS is offered (RFC 3207).</summary>
    StartTls,
    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Implicit,
    /// <summary>No TLS.</summary>
    None,
}

/// <summary>One listener.</summary>
public sealed record ListenerSettings
{
    /// <summary>Its name in records and metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The dialogue.</summary>
    public ListenerProtocol Protocol { get; init; }

    /// <summary>Where it listens.</summary>
    public required IReadOnlyList<IPEndPoint> Bind { get; init; }

    /// <summary>TLS.</summary>
    public ListenerTls Tls { get; init; } = ListenerTls.StartTls;

    /// <summary>Networks whose PROXY header is believed and required; empty: the header is refused.</summary>
    public IReadOnlyList<IPNetwork> ProxyProtocolFrom { get; init; } = [];

    /// <summary>Connections at once for an IPv4 /32 or IPv6 /64 on this listener; null: the general limit.</summary>
    public int? ConnectionsPerClient { get; init; }

    /// <summary>Connections at once for an IPv4 /24 or IPv6 /48 on this listener; null: the general limit.</summary>
    public int? ConnectionsPerNetwork { get; init; }

    /// <summary>New connections a minute on this listener; null: the general limit.</summary>
    public int? ConnectionsPerMinute { get; init; }

    /// <summary>Largest message in octets on this listener; null: <see cref="LimitSettings.MessageSize"/>.</summary>
    public long? MessageSize { get; init; }
}

/// <summary>A certificate chain and its key, PEM files that are watched.</summary>
/// <param name="Certificate">Chain, leaf first; absolute path.</param>
/// <param name="Key">Private key; absolute path.</param>
public sealed record CertificateSettings(string Certificate, string Key);

/// <summary>Networks with a special standing.</summary>
public sealed record NetworkSettings
{
    /// <summary>Always trusted.</summary>
    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    /// <summary>Forward mail of others (lists, universities): never banned, not judged by SPF.</summary>
    public IReadOnlyList<IPNetwork> Forwarders { get; init; } = [];

    /// <summary>Never banned.</summary>
    public IReadOnlyList<IPNetwork> NeverBan { get; init; } = [];

    /// <summary>Administrators' networks.</summary>
    public IReadOnlyList<IPNetwork> Administrators { get; init; } = [];

    /// <summary>IPv6 prefixes that carry an IPv4 address in their last 32 bits (RFC 6052).</summary>
    public IReadOnlyList<IPNetwork> Nat64Prefixes { get; init; } = [];

    /// <summary>Whether a client forwards mail of others.</summary>
    /// <param name="client">The client, IPv4-mapped addresses already made IPv4.</param>
    public bool IsForwarder(IPAddress client)
    {
        for (var i = 0; i < Forwarders.Count; i++)
        {
            if (Forwarders[i].Contains(client))
                return true;
        }

        return false;
    }
}

/// <summary>How names are looked up.</summary>
public sealed record DnsSettings
{
    /// <summary>Resolvers; empty: the system's.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>For one name in all, retries included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>What is done while a tenant's mail server does not answer.</summary>
public enum WhenBackendDown : byte
{
    /// <summary>451: the sender keeps the message and tries again.</summary>
    Defer,
    /// <summary>250: the message is kept in the spool and brought to the mail server later.</summary>
    Spool,
}

/// <summary>One organisation.</summary>
public sealed record TenantSettings
{
    /// <summary>Its name in records and metrics.</summary>
    public required string Name { get; init; }

    /// <summary>Its mail domains, A-labels in lower case.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>What is done while its mail server does not answer.</summary>
    public WhenBackendDown WhenBackendDown { get; init; }

    /// <summary>Whether senders that SPF has verified are told of accepted mail that was not delivered.</summary>
    public bool Dsn { get; init; }

    /// <summary>Its mail servers.</summary>
    public required BackendSettings Backends { get; init; }

    /// <summary>Messages an hour for it, from all clients together; 0: no limit.</summary>
    public int MessagesPerHour { get; init; }

    /// <summary>Recipients an hour for it, from all clients together; 0: no limit.</summary>
    public int RecipientsPerHour { get; init; }

    /// <summary>Who exists there.</summary>
    public RecipientSettings Recipients { get; init; } = new();

    /// <summary>What harvesters may learn of it: the global settings with the tenant's own put over them.</summary>
    public HarvestSettings Harvest { get; init; } = new();

    /// <summary>How what rules and engines say adds up: the global settings with the tenant's own put over them.</summary>
    public ScoreSettings Score { get; init; } = new();

    /// <summary>How long and how much of it the quarantine keeps.</summary>
    public QuarantineSettings Quarantine { get; init; } = new();

    /// <summary>Who is likely to be impersonated.</summary>
    public ImpersonationSettings Impersonation { get; init; } = new();

    /// <summary>Its policy for attachments: the global one with the tenant's own put over it.</summary>
    public AttachmentSettings Attachments { get; init; } = new();

    /// <summary>Its rule modes: the global ones with the tenant's own put over them.</summary>
    public RuleModes Rules { get; init; } = RuleModes.Default;
}

/// <summary>TLS to a backend.</summary>
public enum BackendTls : byte
{
    /// <summary>STARTTLS when offered, unverified; never where the address is public.</summary>
    Opportunistic,
    /// <summary>TLS with a verified name, CA or pin, or no delivery.</summary>
    Required,
    /// <summary>No TLS.</summary>
    None,
}

/// <summary>How the backend learns the client's address.</summary>
public enum PassClient : byte
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>By XCLIENT, before each transaction.</summary>
    XClient,
    /// <summary>By a PROXY v2 header, one connection a session.</summary>
    Proxy,
}

/// <summary>A tenant's mail servers and how they are spoken to.</summary>
public sealed record BackendSettings
{
    /// <summary>In order of preference.</summary>
    public required IReadOnlyList<BackendAddress> Smtp { get; init; }

    /// <summary>TLS; null: required where the address is public, else opportunistic.</summary>
    public BackendTls? Tls { get; init; }

    /// <summary>PEM file of the CA to trust instead of the system's; null for the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>SHA-256 of the leaf's SubjectPublicKeyInfo (RFC 7469 §2.4); null for none.</summary>
    public byte[]? Pin { get; init; }

    /// <summary>The name the certificate must carry; null: the host of the address.</summary>
    public string? TlsName { get; init; }

    /// <summary>How the backend learns the client's address.</summary>
    public PassClient PassClient { get; init; }

    /// <summary>Connections at once to each server, 1 to 1,000.</summary>
    public int Connections { get; init; } = 20;
}

/// <summary>Where a backend is.</summary>
/// <param name="Host">Host name or address; the path of a unix socket when <paramref name="IsUnix"/>.</param>
/// <param name="Port">TCP port; 0 for a unix socket.</param>
/// <param name="IsUnix">Whether it is a unix socket.</param>
/// <param name="IsLmtp">Whether LMTP is spoken (RFC 2033) instead of SMTP.</param>
public sealed record BackendAddress(string Host, int Port, bool IsUnix, bool IsLmtp)
{
    /// <inheritdoc/>
    public override string ToString() => string.Concat(IsLmtp ? "lmtp:" : "", IsUnix ? "unix:" + Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}");
}

/// <summary>Where a tenant's recipients are known from.</summary>
public enum RecipientSource : byte
{
    /// <summary>A file, one address a line.</summary>
    File,
    /// <summary>A directory (LDAP).</summary>
    Ldap,
    /// <summary>Every address of the domains exists, as far as Garita knows.</summary>
    Any,
    /// <summary>The mail server is asked.</summary>
    CallAhead,
}

/// <summary>Who exists at a tenant.</summary>
public sealed record RecipientSettings
{
    /// <summary>The source.</summary>
    public RecipientSource Source { get; init; } = RecipientSource.Any;

    /// <summary>The file, absolute; null unless the source is a file.</summary>
    public string? File { get; init; }

    /// <summary>The directory; null unless the source is one.</summary>
    public LdapSettings? Ldap { get; init; }

    /// <summary>Characters that part user and tag (<c>user+tag</c>); empty for none.</summary>
    public string Subaddress { get; init; } = "+";

    /// <summary>Whether local parts compare exactly; otherwise without regard to ASCII case.</summary>
    public bool CaseSensitive { get; init; }

    /// <summary>The share of addresses a new reading may lose, 0 to 1; more is refused and alarmed.</summary>
    public double MayLose { get; init; } = 0.2;

    /// <summary>How the mail server is asked, where the source is that.</summary>
    public CallAheadSettings CallAhead { get; init; } = new();
}

/// <summary>Limits for clients and messages.</summary>
public sealed record LimitSettings
{
    /// <summary>Connections at once.</summary>
    public int Connections { get; init; } = 16384;

    /// <summary>Connections at once for an IPv4 /32 or IPv6 /64.</summary>
    public int ConnectionsPerClient { get; init; } = 50;

    /// <summary>Connections at once for an IPv4 /24 or IPv6 /48.</summary>
    public int ConnectionsPerNetwork { get; init; } = 150;

    /// <summary>New connections a minute for an IPv4 /32 or IPv6 /64 that is not trusted, from pressure up; 0: no limit.</summary>
    public int ConnectionsPerMinute { get; init; } = 60;

    /// <summary>Messages an hour for an IPv4 /32 or IPv6 /64; 0: no limit.</summary>
    public int MessagesPerHour { get; init; }

    /// <summary>Recipients an hour for an IPv4 /32 or IPv6 /64; 0: no limit.</summary>
    public int RecipientsPerHour { get; init; }

    /// <summary>TLS handshakes a minute for an IPv4 /32 or IPv6 /64; 0: no limit.</summary>
    public int HandshakesPerMinute { get; init; }

    /// <summary>Limits of listed networks, the first that has the client.</summary>
    public IReadOnlyList<NetworkLimits> ForNetworks { get; init; } = [];

    /// <summary>Largest message in octets.</summary>
    public long MessageSize { get; init; } = 50L * 1024 * 1024;

    /// <summary>Most recipients of one transaction.</summary>
    public int Recipients { get; init; } = 1000;

    /// <summary>Octets that files of messages in transit may take in all.</summary>
    public long LettersOnDisk { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>How long sessions in DATA may go on after a stop was asked for.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The memory budget.</summary>
public sealed record MemorySettings
{
    /// <summary>All of Garita, octets; 0: what the control group or the machine allows (at most 1 GiB).</summary>
    public long Budget { get; init; }

    /// <summary>A message larger than this is kept in a file, octets.</summary>
    public long MessageInMemory { get; init; } = 1024 * 1024;
}

/// <summary>How long and how much the ledger keeps.</summary>
public sealed record LedgerSettings
{
    /// <summary>Decision records are kept this long.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Decision records take at most this many octets, oldest go first.</summary>
    public long MaxSize { get; init; } = 2L * 1024 * 1024 * 1024;
}
