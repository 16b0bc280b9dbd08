using System.Collections.Frozen;
using System.Net;
using System.Text;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Garita.Settings;

/// <summary>
/// Makes the settings snapshot of a <c>garita.toml</c>. It opens no other file: whether certificates and recipient files can be read
/// is the matter of <c>garita check</c> and of whoever uses them.
/// </summary>
internal static class SettingsFile
{
    private const int LargestFile = 4 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="SettingsException">It cannot be read, or something in it is wrong; all errors at once.</exception>
    public static GatewaySettings Read(string path) => Parse(Text(path), path);

    /// <summary>A file's text.</summary>
    /// <exception cref="SettingsException">It cannot be read, or is not UTF-8.</exception>
    public static string Text(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var octets = new byte[LargestFile + 1];
            var length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            if (length > LargestFile)
                throw new IOException($"it is larger than {LargestFile >> 20} MiB");
            var text = octets.AsSpan(0, length);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text.StartsWith(Encoding.UTF8.Preamble) ? text[3..] : text);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new SettingsException([new SettingsError(path, new FilePlace(1, 1), $"cannot be read: {problem.Message}")]);
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">Its name, for errors and relative paths.</param>
    /// <exception cref="SettingsException">Something in it is wrong; all errors at once.</exception>
    public static GatewaySettings Parse(string text, string path)
    {
        var errors = new SettingsErrors(path);
        var document = SyntaxParser.Parse(text, path, validate: true);
        foreach (var diagnostic in document.Diagnostics)
        {
            if (diagnostic.Kind == DiagnosticMessageKind.Error)
                errors.Add(SettingsTree.PlaceOf(diagnostic.Span), diagnostic.Message);
        }

        ThrowIfAny(errors);
        var file = new TableReader(SettingsTree.Build(document, errors), "", errors);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var settings = Read(file, relative => Path.GetFullPath(relative, folder));
        ThrowIfAny(errors);
        return settings;
    }

    private static GatewaySettings Read(TableReader file, Func<string, string> absolute)
    {
        var rules = RuleReader.Modes(file.Table("rules"), RuleModes.Default);
        var certificates = Certificates(file, absolute);
        var listeners = ListenerReader.Read(file, certificates.Count > 0);
        var harvest = HarvestReader.Read(file.Table("harvest"), new HarvestSettings());
        var attachments = AttachmentReader.Read(file.Table("attachments"), new AttachmentSettings());
        var backends = new BackendReader(absolute, listeners);
        var tenants = new TenantReader(absolute, rules, harvest, ScoreReader.Read(file.Table("score"), new ScoreSettings()), attachments, backends).Read(file);
        var byDomain = new Dictionary<string, TenantSettings>(StringComparer.Ordinal);
        foreach (var tenant in tenants)
        {
            foreach (var domain in tenant.Domains)
                byDomain.TryAdd(domain, tenant);
        }

        var limits = Limits(file, listeners);
        var networks = Networks(file);
        return new GatewaySettings
        {
            Hostname = Hostname(file),
            DataFolder = absolute((string?)file.Text("data", "a folder")?.Value ?? "/var/lib/garita"),
            Listeners = listeners,
            Certificates = certificates,
            AdminBind = AdminBind(file),
            Networks = networks,
            Dns = Dns(file),
            Dnsbl = ReputationReader.Dnsbl(file.Table("dnsbl")),
            Greylist = ReputationReader.Greylist(file.Table("greylist")),
            Tenants = tenants,
            Limits = limits,
            Memory = Memory(file),
            Bans = BanReader.Read(file),
            Ledger = Ledger(file),
            Engines = new EngineReader(absolute).Read(file.Table("engines")),
            Harvest = harvest,
            Dmarc = DmarcReader.Read(file, absolute),
            Attachments = attachments,
            Spool = SpoolReader.Read(file, limits, tenants.Count),
            Alarms = AlarmReader.Read(file, absolute),
            Outbound = backends.Outbound(file),
            Arc = ArcReader.Read(file, absolute),
            Wall = WallReader.Read(file, networks, absolute),
            Lockdown = LockdownReader.Read(file.Table("wall")),
            Rules = rules,
            Exceptions = ExceptionReader.Read(file),
            TenantByDomain = byDomain.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    private static string Hostname(TableReader file)
    {
        const string Expected = "a fully qualified domain name such as \"mx1.example.com\"";
        if (file.RequiredText("hostname", Expected) is not { } node)
            return "localhost";
        // RFC 5321 §2.3.5: a server names itself by a fully qualified name.
        if (DomainName.TryNormalize(Encoding.UTF8.GetBytes((string)node.Value), smtpUtf8: true, out var name) && name!.Contains('.', StringComparison.Ordinal))
            return name;
        file.Wrong("hostname", node, Expected);
        return "localhost";
    }

    private static List<CertificateSettings> Certificates(TableReader file, Func<string, string> absolute)
    {
        var certificates = new List<CertificateSettings>();
        foreach (var table in file.Tables("certificate"))
        {
            var chain = table.RequiredText("certificate", "the path of a PEM file with the chain, leaf first");
            var key = table.RequiredText("key", "the path of a PEM file with the private key");
            if (chain is not null && key is not null)
                certificates.Add(new CertificateSettings(absolute((string)chain.Value), absolute((string)key.Value)));
        }

        return certificates;
    }

    private static IPEndPoint? AdminBind(TableReader file)
    {
        var otherwise = new IPEndPoint(IPAddress.Loopback, 8025);
        if (file.Table("admin") is not { } admin || !admin.Has("bind") || admin.Text("bind", "ADDRESS:PORT, or \"\" for none") is not { } node)
            return otherwise;
        if (((string)node.Value).Length == 0)
            return null;
        if (NetworkText.TryEndPoint((string)node.Value, out var endPoint))
            return endPoint;
        admin.Wrong("bind", node, "ADDRESS:PORT such as \"127.0.0.1:8025\", or \"\" for none");
        return otherwise;
    }

    private static NetworkSettings Networks(TableReader file)
    {
        // RFC 6052 §2.1: the well-known prefix.
        IReadOnlyList<IPNetwork> nat64 = [IPNetwork.Parse("64:ff9b::/96")];
        if (file.Table("networks") is not { } table)
            return new NetworkSettings { Nat64Prefixes = nat64 };
        if (table.Has("nat64_prefixes"))
        {
            nat64 = table.Networks("nat64_prefixes");
            foreach (var prefix in nat64)
            {
                if (prefix.PrefixLength != 96 || prefix.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
                    table.Error(table.PlaceOf("nat64_prefixes"), $"networks.nat64_prefixes has {prefix}, expected IPv6 prefixes of 96 bits (RFC 6052)");
            }
        }

        return new NetworkSettings
        {
            Trusted = table.Networks("trusted"),
            Forwarders = table.Networks("forwarders"),
            NeverBan = table.Networks("never_ban"),
            Administrators = table.Networks("administrators"),
            Nat64Prefixes = nat64,
        };
    }

    private static DnsSettings Dns(TableReader file)
    {
        var defaults = new DnsSettings();
        if (file.Table("dns") is not { } table)
            return defaults;
        var servers = new List<IPEndPoint>();
        foreach (var (node, text) in table.Texts("servers", "addresses such as \"127.0.0.1\" or \"127.0.0.1:5353\""))
        {
            if (NetworkText.TryAddress(text, out var address))
                servers.Add(new IPEndPoint(address, 53));
            else if (NetworkText.TryEndPoint(text, out var endPoint))
                servers.Add(endPoint);
            else
                table.Wrong("servers", node, "an address such as \"127.0.0.1\", \"127.0.0.1:5353\" or \"[::1]:53\"");
        }

        return new DnsSettings
        {
            Servers = servers,
            Timeout = table.Duration("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), defaults.Timeout),
        };
    }

    private static LimitSettings Limits(TableReader file, IReadOnlyList<ListenerSettings> listeners)
    {
        var defaults = new LimitSettings();
        var table = file.Table("limits");
        var limits = (table is null ? defaults : Limits(table, defaults)) with { ForNetworks = NetworkLimitsReader.Read(file) };
        var largest = Math.Max(limits.MessageSize, listeners.Max(static listener => listener.MessageSize) ?? 0);
        // A tenant has a quarter: one message must fit, or it would be put off for ever.
        if (limits.LettersOnDisk / 4 < largest)
            file.Error(table is null ? file.Place : table.PlaceOf("letters_on_disk"), $"limits.letters_on_disk is {limits.LettersOnDisk} octets, expected at least four times the largest message_size ({largest})");
        return limits;
    }

    private static LimitSettings Limits(TableReader table, LimitSettings defaults)
    {
        var limits = new LimitSettings
        {
            Connections = table.Whole("connections", 1, 1_000_000, defaults.Connections),
            ConnectionsPerClient = table.Whole("connections_per_client", 1, 1_000_000, defaults.ConnectionsPerClient),
            ConnectionsPerNetwork = table.Whole("connections_per_network", 1, 1_000_000, defaults.ConnectionsPerNetwork),
            ConnectionsPerMinute = table.Whole("connections_per_minute", 0, 1_000_000, defaults.ConnectionsPerMinute),
            MessagesPerHour = table.Whole("messages_per_hour", 0, 10_000_000, defaults.MessagesPerHour),
            RecipientsPerHour = table.Whole("recipients_per_hour", 0, 10_000_000, defaults.RecipientsPerHour),
            HandshakesPerMinute = table.Whole("handshakes_per_minute", 0, 1_000_000, defaults.HandshakesPerMinute),
            // RFC 5321 §4.5.3.1.7: at least 64 K octets.
            MessageSize = table.Size("message_size", 64L << 10, 1L << 30) ?? defaults.MessageSize,
            // RFC 5321 §4.5.3.1.8: at least 100 recipients.
            Recipients = table.Whole("recipients", 100, 10_000, defaults.Recipients),
            LettersOnDisk = table.Size("letters_on_disk", 256L << 10, 1L << 40) ?? defaults.LettersOnDisk,
            StopTimeout = table.Duration("stop_timeout", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), defaults.StopTimeout),
        };
        if (limits.ConnectionsPerNetwork < limits.ConnectionsPerClient)
            table.Error(table.PlaceOf("connections_per_network"), $"limits.connections_per_network is {limits.ConnectionsPerNetwork}, expected at least connections_per_client ({limits.ConnectionsPerClient})");
        return limits;
    }

    private static MemorySettings Memory(TableReader file)
    {
        var defaults = new MemorySettings();
        return file.Table("memory") is not { } table ? defaults : new MemorySettings
        {
            Budget = table.Size("budget", 64L << 20, 1L << 40) ?? defaults.Budget,
            MessageInMemory = table.Size("message_in_memory", 4L << 10, 16L << 20) ?? defaults.MessageInMemory,
        };
    }

    private static LedgerSettings Ledger(TableReader file)
    {
        var defaults = new LedgerSettings();
        return file.Table("ledger") is not { } table ? defaults : new LedgerSettings
        {
            Keep = table.Duration("keep", TimeSpan.FromHours(1), TimeSpan.FromDays(3650), defaults.Keep),
            MaxSize = table.Size("max_size", 16L << 20, 1L << 40) ?? defaults.MaxSize,
        };
    }

    private static void ThrowIfAny(SettingsErrors errors)
    {
        if (errors.Any)
            throw new SettingsException(errors.ToList());
    }
}
