using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Firewall;

/// <summary>Reads what <c>iptables-save</c> says; a file that it wrote, too.</summary>
internal static class IptablesReader
{
    private static readonly Dictionary<string, (string Hook, int Priority)> Hooks = new(StringComparer.Ordinal)
    {
        ["raw PREROUTING"] = ("prerouting", -300),
        ["mangle PREROUTING"] = ("prerouting", -150),
        ["mangle INPUT"] = ("input", -150),
        ["filter INPUT"] = ("input", 0),
        ["security INPUT"] = ("input", 50),
    };

    /// <summary>The chains with their rules.</summary>
    /// <param name="text">What iptables-save said.</param>
    /// <param name="family"><c>ip</c> or <c>ip6</c>.</param>
    public static List<FilterChain> Read(string text, string family)
    {
        var chains = new List<FilterChain>();
        var table = "";
        foreach (var line in Text.Lines(text))
        {
            if (line[0] == '*')
            {
                table = line[1..];
            }
            else if (line[0] == ':' && Text.Words(line[1..]) is [var name, var policy, ..])
            {
                var (hook, priority) = Hooks.GetValueOrDefault($"{table} {name}", ("", 0));
                chains.Add(new FilterChain(family, table, name, hook, priority, policy is "DROP"));
            }
            else if (Words(line) is ["-A", var chain, .. var rest] && chains.Find(known => string.Equals(known.Table, table, StringComparison.Ordinal) && string.Equals(known.Name, chain, StringComparison.Ordinal)) is { } owner)
            {
                owner.Rules.Add(ReadRule(rest, family is "ip6", line));
            }
            else if (line is not "COMMIT")
            {
                throw new CannotLookException($"iptables-save says what this program does not understand: {line}");
            }
        }
        return chains;
    }

    private static FilterRule ReadRule(string[] words, bool isV6, string body)
    {
        var conditions = new List<Func<Probe, Likelihood>>();
        var verdict = new FilterVerdict(FilterAction.Continue);
        var logs = false;
        for (var i = 0; i < words.Length; i++)
        {
            var inverse = words[i] is "!";
            if (inverse)
                i++;
            var option = i < words.Length ? words[i] : "";
            var value = i + 1 < words.Length ? words[i + 1] : "";
            switch (option)
            {
                case "-j" or "-g":
                    verdict = Verdict(option, value);
                    logs |= value is "LOG" or "NFLOG" or "ULOG";
                    // Options of a target are no conditions.
                    return new FilterRule(probe => (conditions.Select(condition => condition(probe)).Append(Likelihood.Yes).Min(), verdict), logs, IsOpaque: false, body);
                case "-m":
                    break;
                case "--comment" or "--limit-burst" or "--mask" or "--rsource" or "--name":
                    break;
                case "--limit":
                    // One packet is within it.
                    break;
                case "--syn":
                    conditions.Add(probe => Turn(inverse, probe.Protocol is "tcp" ? Likelihood.Yes : Likelihood.No));
                    continue;
                case "--tcp-flags":
                    // Two lists: what is looked at, and what of it is set.
                    var set = i + 2 < words.Length ? words[i + 2] : "";
                    conditions.Add(probe => probe.Protocol is not "tcp" ? Likelihood.No : Turn(inverse, value.Contains("SYN", StringComparison.Ordinal) ? (set is "SYN" ? Likelihood.Yes : Likelihood.No) : set is "NONE" ? Likelihood.Yes : Likelihood.No));
                    i += 2;
                    continue;
                default:
                    conditions.Add(probe => Turn(inverse, Holds(option, value, probe, isV6)));
                    break;
            }
            i++;
        }
        return new FilterRule(probe => (conditions.Select(condition => condition(probe)).Append(Likelihood.Yes).Min(), verdict), logs, IsOpaque: false, body);
    }

    private static FilterVerdict Verdict(string option, string target) => target switch
    {
        "ACCEPT" => new FilterVerdict(FilterAction.Accept),
        "DROP" or "REJECT" or "TARPIT" => new FilterVerdict(FilterAction.Drop),
        "RETURN" => new FilterVerdict(FilterAction.Return),
        "LOG" or "NFLOG" or "MARK" or "CONNMARK" or "NOTRACK" or "CT" or "TCPMSS" or "SET" or "AUDIT" => new FilterVerdict(FilterAction.Continue),
        _ => new FilterVerdict(option is "-g" ? FilterAction.Goto : FilterAction.Jump, target),
    };

    private static Likelihood Holds(string option, string value, Probe probe, bool isV6)
    {
        switch (option)
        {
            case "-p":
                return value is "all" || string.Equals(value, probe.Protocol, StringComparison.Ordinal) ? Likelihood.Yes : Likelihood.No;
            case "-i":
                return NftMatch.Interface(value, probe);
            case "-s":
                return NftMatch.Network(value.Split('/')[0], Length(value, isV6), probe);
            case "--dport" or "--dports" or "--destination-port" or "--destination-ports":
                return value.Split(',').Any(range => Has(range, probe.Port)) ? Likelihood.Yes : Likelihood.No;
            case "--sport" or "--sports" or "--source-port" or "--source-ports":
                return value.Split(',').Any(static range => Has(range, Probe.SourcePort)) ? Likelihood.Yes : Likelihood.No;
            case "--ctstate" or "--state":
                return value.Split(',').Contains("NEW", StringComparer.Ordinal) ? Likelihood.Yes : Likelihood.No;
            case "--icmp-type" or "--icmpv6-type":
                return Likelihood.No;
            // A stranger is on no list, did not knock before, and is not over any limit with his first packet.
            case "--match-set" or "--rcheck" or "--update" or "--connlimit-above" or "--hashlimit-above" or "--ctstatus" or "--policy":
                return Likelihood.No;
            default:
                return Likelihood.Maybe;
        }
    }

    private static Likelihood Turn(bool inverse, Likelihood value) => !inverse || value == Likelihood.Maybe ? value : value == Likelihood.Yes ? Likelihood.No : Likelihood.Yes;

    private static int Length(string network, bool isV6) =>
        network.IndexOf('/', StringComparison.Ordinal) is var at and > 0 && int.TryParse(network.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : isV6 ? 128 : 32;

    private static bool Has(string range, int port)
    {
        var ends = range.Split(':');
        return int.TryParse(ends[0].Length > 0 ? ends[0] : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(ends.Length == 1 ? ends[0] : ends[1].Length > 0 ? ends[1] : "65535", NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            && port >= from && port <= to;
    }

    /// <summary>Words, of which those in quotes may have blanks.</summary>
    private static string[] Words(string line)
    {
        var words = new List<string>();
        var parts = line.Split('"');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
                words.Add(parts[i]);
            else
                words.AddRange(Text.Words(parts[i]));
        }
        return [.. words];
    }
}
