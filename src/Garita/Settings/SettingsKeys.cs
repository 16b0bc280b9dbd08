using System.Collections.Frozen;
using Garita.Gateway.Rules;

namespace Garita.Settings;

/// <summary>
/// Every key there is, by table. The reader refuses a key that is not here and cannot ask for one that is not here;
/// docs/configuration.md lists the same, and a test compares them.
/// </summary>
internal static class SettingsKeys
{
    private static string[] Harvest =>
    [
        "unknown", "unknown_at_least", "unknown_share", "slow", "distributed_unknown", "distributed_networks", "distributed_times_usual", "delay", "retry_after", "retry_until",
        "answers_per_day", "answers_for_spf", "bounces_per_recipient", "bounces_per_domain",
    ];

    private static readonly string[] Engine = ["address", "when_down", "connections", "max_size"];

    private static readonly string[] Score = ["tag_at", "quarantine_at", "reject_at", "headers", "weights"];

    /// <summary>Keys by the table's path; the file itself is the empty path.</summary>
    public static FrozenDictionary<string, string[]> ByTable { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [""] = ["hostname", "data", "listener", "certificate", "admin", "networks", "dns", "dnsbl", "greylist", "dmarc", "engines", "score", "attachments", "tenant", "limits", "limits_for", "memory", "bans", "ledger", "harvest", "spool", "alarms", "outbound", "arc", "wall", "rules", "exception"],
        ["listener"] = ["name", "protocol", "bind", "tls", "proxy_protocol_from", "message_size", "connections_per_client", "connections_per_network", "connections_per_minute"],
        ["certificate"] = ["certificate", "key"],
        ["admin"] = ["bind"],
        ["networks"] = ["trusted", "forwarders", "never_ban", "administrators", "nat64_prefixes"],
        ["dns"] = ["servers", "timeout"],
        ["dnsbl"] = ["zone", "threshold", "timeout"],
        ["dnsbl.zone"] = ["name", "weight", "answers"],
        ["engines"] = ["clamav", "icap", "rspamd", "spamassassin", "timeout"],
        ["engines.clamav"] = Engine,
        ["engines.icap"] = [.. Engine, "service"],
        ["engines.rspamd"] = [.. Engine, "password_file"],
        ["engines.spamassassin"] = Engine,
        ["score"] = Score,
        ["tenant.score"] = Score,
        ["score.weights"] = [.. RuleCatalogue.All.Select(static rule => rule.Slug)],
        ["tenant.score.weights"] = [.. RuleCatalogue.All.Select(static rule => rule.Slug)],
        ["greylist"] = ["after", "until", "keep"],
        ["tenant"] = ["name", "domains", "when_backend_down", "dsn", "messages_per_hour", "recipients_per_hour", "backends", "recipients", "harvest", "score", "quarantine", "impersonation", "attachments", "rules"],
        ["dmarc"] = ["trusted_sealers", "public_suffix_list", "reports", "report_from", "report_organization"],
        ["tenant.impersonation"] = ["people", "allowed", "domains"],
        ["tenant.backends"] = ["smtp", "tls", "ca", "pin", "tls_name", "pass_client", "connections"],
        ["tenant.recipients"] = ["source", "file", "ldap", "subaddress", "case_sensitive", "may_lose", "call_ahead"],
        ["tenant.recipients.ldap"] =
        [
            "servers", "tls", "allow_clear_text", "ca", "bind_dn", "password_file", "password_env", "base", "flavour", "filter", "attributes",
            "mode", "every", "stale_for", "live_rate", "live_filter", "timeout", "connections",
        ],
        ["tenant.recipients.call_ahead"] = ["keep_known", "keep_unknown", "timeout"],
        ["tenant.quarantine"] = ["keep", "max_size", "digest", "digest_url"],
        ["limits"] = ["connections", "connections_per_client", "connections_per_network", "connections_per_minute", "messages_per_hour", "recipients_per_hour", "handshakes_per_minute", "message_size", "recipients", "letters_on_disk", "stop_timeout"],
        ["limits_for"] = ["networks", "connections_per_client", "connections_per_network", "connections_per_minute", "messages_per_hour", "recipients_per_hour", "handshakes_per_minute"],
        ["memory"] = ["budget", "message_in_memory"],
        ["bans"] = ["enabled", "per_minute", "steps"],
        ["ledger"] = ["keep", "max_size"],
        ["harvest"] = Harvest,
        ["tenant.harvest"] = Harvest,
        ["attachments"] = AttachmentReader.Keys,
        ["tenant.attachments"] = AttachmentReader.Keys,
        ["spool"] = ["retry_first", "retry_most", "expire", "max_size", "tenant_share"],
        ["alarms"] = ["webhook", "secret_file", "secret_env", "address", "mail"],
        ["outbound"] = ["smarthost", "tls", "ca", "pin", "tls_name"],
        ["arc"] = ["domain", "selector", "key"],
        ["wall"] = ["interfaces", "ssh_from", "ssh_ports", "user", "open", "egress", "reverse_path", "log_per_second", "flood", "warden", "lockdown"],
        ["wall.lockdown"] = ["gateways", "gateway_macs", "also_from", "ssh_from", "ssh_port", "services", "dns", "ntp", "updates", "ldap", "log_hosts", "mail_to"],
        ["exception"] = ["client", "helo", "sender", "recipient", "rules", "verdict", "until", "comment"],
        ["rules"] = [.. RuleCatalogue.All.Select(static rule => rule.Slug)],
        ["tenant.rules"] = [.. RuleCatalogue.All.Select(static rule => rule.Slug)],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Keys that the design names and that this version does not have yet: the error says so, instead of taking them for typing errors.</summary>
    public static FrozenDictionary<string, string[]> Later { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["tenant.backends"] = ["imap", "pop3"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The known name nearest to a wrong one, or null when none is near.</summary>
    public static string? Nearest(string wrong, IEnumerable<string> known)
    {
        var normalized = wrong.ToLowerInvariant();
        string? best = null;
        var bestDistance = Math.Max(1, Math.Min(3, wrong.Length / 3)) + 1;
        foreach (var name in known)
        {
            var distance = name.Length > 3 && normalized.StartsWith(name, StringComparison.Ordinal) ? 1 : Distance(Fold(normalized), Fold(name));
            if (distance >= bestDistance)
                continue;
            best = name;
            bestDistance = distance;
        }

        return best;

        static string Fold(string name) => name.Replace('-', '_');
    }

    /// <summary>Edits from one name to the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        if (Math.Abs(from.Length - to.Length) > 3)
            return int.MaxValue;
        var previous = new int[to.Length + 1];
        var current = new int[to.Length + 1];
        for (var column = 0; column <= to.Length; column++)
            previous[column] = column;
        for (var row = 1; row <= from.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= to.Length; column++)
            {
                var replace = previous[column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
                current[column] = Math.Min(replace, Math.Min(previous[column], current[column - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[to.Length];
    }
}
