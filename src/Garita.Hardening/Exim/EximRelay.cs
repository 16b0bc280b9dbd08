using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximRelay : EximCheck
{
    public override string Id => "exim-relay";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Exim relays for nobody it does not know";

    public override string Why => "An open relay sends other people's spam within the hour, and is on every block list within the day.";

    public override IReadOnlyList<string> References => ["RFC 2505 §2.1", "NIST SP 800-45 §6"];

    public override string Expected => "acl_smtp_rcpt with an ACL that ends in deny and accepts nothing without a condition; relay_from_hosts no wider than /24 (IPv4) or /64 (IPv6), and without a gateway in front";

    public override string Mend => "`dc_relay_nets` of /etc/exim4/update-exim4.conf.conf with single addresses, and no accept without a condition in the ACL; then update-exim4.conf && systemctl reload exim4";

    protected override Finding Look(View host, EximSettings exim)
    {
        var acl = exim.Value("acl_smtp_rcpt");
        if (acl is "accept")
            return Finding.Fail("acl_smtp_rcpt = accept: everything for everybody");
        if (acl.Length > 0 && acl is not ("deny" or "drop"))
        {
            var statements = exim.Acl(acl) ?? throw new CannotLookException($"acl_smtp_rcpt = {acl}, which is no ACL of the file");
            if (AcceptsAll(statements))
                return Finding.Fail($"{acl} accepts without a condition");
        }
        var hosts = exim.List("relay_from_hosts") ?? [];
        var (width, others) = (NetworkWidth.Narrow, new List<System.Net.IPNetwork>());
        foreach (var item in hosts)
        {
            if (item is "*" or "0.0.0.0/0")
                return Finding.Fail($"relay_from_hosts = {string.Join(" : ", hosts)}");
            if (item is "@[]" or "@" or "localhost" || item.StartsWith('!'))
                continue;
            if (!Networks.TryParse(item, out var network))
                throw new CannotLookException($"relay_from_hosts names {item}, which is not looked into");
            var own = Networks.Width(network);
            width = own > width ? own : width;
            if (!Networks.IsLoopback(network))
                others.Add(network);
        }
        var found = hosts.Count == 0 ? "relay_from_hosts is empty" : $"relay_from_hosts = {string.Join(" : ", hosts)}";
        if (width is NetworkWidth.TooWide)
            return Finding.Fail(found);
        if (others.Count > 0 && host.Gateways.Any(gateway => others.Exists(network => Networks.Within(gateway, network))))
            return Finding.Fail(found + ", which has the gateway");
        return width is NetworkWidth.Wide ? Finding.Warning(found) : Finding.Pass(found);
    }

    /// <summary>A verb begins a statement; the lines up to the next one are its conditions, all of which must hold. Without one it decides for everybody.</summary>
    private static bool AcceptsAll(IReadOnlyList<string> statements)
    {
        string? verb = null;
        var conditions = 0;
        var guards = false;
        foreach (var line in statements)
        {
            var word = line.Split([' ', '\t', '='], 2)[0];
            if (!IsVerb(word))
            {
                conditions += IsModifier(word) ? 0 : 1;
                guards |= Guards(verb, line);
                continue;
            }
            // A deny holds for those only who meet all of its conditions.
            if (guards && (verb is "require" || conditions == 1))
                return false;
            if (Decides(verb, conditions) is { } accepts)
                return accepts;
            verb = word;
            var rest = line[word.Length..].Trim();
            conditions = rest.Length == 0 || IsModifier(rest.Split([' ', '\t', '='], 2)[0]) ? 0 : 1;
            guards = Guards(verb, rest);
        }
        return Decides(verb, conditions) ?? false;
    }

    private static bool? Decides(string? verb, int conditions) => conditions > 0 ? null : verb switch
    {
        "accept" => true,
        "deny" or "drop" or "defer" or "discard" => false,
        _ => null,
    };

    // Who gets past "require domains = …", or past a deny for other domains, writes to domains of ours: Debian accepts all behind it.
    private static bool Guards(string? verb, string condition)
    {
        var at = condition.IndexOf('=', StringComparison.Ordinal);
        if (at < 0)
            return false;
        var (name, value) = (condition[..at].Trim(), condition[(at + 1)..].Trim());
        return verb switch
        {
            "require" => name is "domains" && value is not "*",
            "deny" or "drop" => name is "!domains" or "! domains" || (name is "domains" && value.StartsWith('!')),
            _ => false,
        };
    }

    private static bool IsVerb(string word) => word is "accept" or "deny" or "require" or "warn" or "drop" or "defer" or "discard";

    // These change what is said or done, not who is meant.
    private static bool IsModifier(string word) => word is "control" or "message" or "log_message" or "log_reject_target" or "logwrite" or "set" or "delay" or "add_header" or "remove_header" or "endpass";
}
