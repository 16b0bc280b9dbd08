using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Garita.Hardening.Firewall;

/// <summary>Whether a condition of nftables holds for a packet that is only thought of.</summary>
internal static class NftMatch
{
    /// <summary>A comparison: left, operator, right.</summary>
    /// <param name="match">The comparison as in JSON.</param>
    /// <param name="probe">The packet.</param>
    public static Likelihood Holds(JsonElement match, Probe probe)
    {
        var left = match.GetProperty("left");
        if (!IsPresent(left, probe))
            return Likelihood.No;
        var equal = Equal(left, match.GetProperty("right"), probe);
        return match.GetProperty("op").GetString() switch
        {
            "==" or "in" => equal,
            "!=" => Not(equal),
            _ => Likelihood.Maybe,
        };
    }

    /// <summary>A map from values to verdicts.</summary>
    /// <param name="map">The map as in JSON.</param>
    /// <param name="probe">The packet.</param>
    public static (Likelihood Applies, FilterVerdict Verdict) Look(JsonElement map, Probe probe)
    {
        var nothing = (Likelihood.No, new FilterVerdict(FilterAction.Continue));
        var key = map.GetProperty("key");
        if (!IsPresent(key, probe))
            return nothing;
        // The elements of a named map are not listed.
        if (map.GetProperty("data") is not { ValueKind: JsonValueKind.Object } data || !data.TryGetProperty("set", out var entries))
            return (Likelihood.Maybe, new FilterVerdict(FilterAction.Continue));
        var perhaps = nothing;
        foreach (var entry in entries.EnumerateArray().Where(static entry => entry.ValueKind == JsonValueKind.Array && entry.GetArrayLength() == 2))
        {
            var property = entry[1].EnumerateObject().First();
            if (NftReader.Verdict(property.Name, property.Value) is not { } verdict)
                continue;
            var equal = Equal(key, entry[0], probe);
            if (equal == Likelihood.Yes)
                return (equal, verdict);
            if (equal == Likelihood.Maybe && verdict.Action is FilterAction.Accept or FilterAction.Jump or FilterAction.Goto)
                perhaps = (equal, verdict);
        }
        return perhaps;
    }

    /// <summary>Whether a packet has such a field at all: a rule about <c>ip saddr</c> is not for IPv6.</summary>
    /// <param name="left">What is compared.</param>
    /// <param name="probe">The packet.</param>
    public static bool IsPresent(JsonElement left, Probe probe)
    {
        if (left.ValueKind != JsonValueKind.Object)
            return true;
        var property = left.EnumerateObject().First();
        return property.Name switch
        {
            "payload" when property.Value.TryGetProperty("protocol", out var protocol) => protocol.GetString() switch
            {
                "ip" => !probe.IsV6,
                "ip6" => probe.IsV6,
                "tcp" or "udp" or "icmp" or "icmpv6" or "igmp" or "sctp" or "dccp" or "udplite" or "esp" or "ah" or "comp" => string.Equals(protocol.GetString(), probe.Protocol, StringComparison.Ordinal),
                _ => true,
            },
            "tcp option" => probe.Protocol is "tcp",
            "exthdr" => false,
            "&" or "|" or "^" or "<<" or ">>" or "concat" => property.Value.EnumerateArray().All(part => IsPresent(part, probe)),
            _ => true,
        };
    }

    private static Likelihood Equal(JsonElement left, JsonElement right, Probe probe)
    {
        if (left.ValueKind != JsonValueKind.Object)
            return Likelihood.Maybe;
        var property = left.EnumerateObject().First();
        var value = property.Value;
        switch (property.Name)
        {
            case "meta":
                return Meta(value.GetProperty("key").GetString(), right, probe);
            case "ct":
                return value.GetProperty("key").GetString() switch
                {
                    "state" => Any(right, static one => Text(one) is "new" ? Likelihood.Yes : Likelihood.No),
                    "status" => Likelihood.No,
                    "mark" or "label" => Any(right, static one => Number(one) is 0 ? Likelihood.Yes : Likelihood.No),
                    "direction" => Any(right, static one => Text(one) is "original" ? Likelihood.Yes : Likelihood.No),
                    _ => Likelihood.Maybe,
                };
            case "fib":
                return Fib(value, right, probe);
            case "payload" when value.TryGetProperty("field", out var field):
                return Field(field.GetString(), right, probe);
            case "&":
                return Masked(value, right, probe);
            default:
                return Likelihood.Maybe;
        }
    }

    private static Likelihood Meta(string? key, JsonElement right, Probe probe) => key switch
    {
        "iif" or "iifname" => Any(right, one => Interface(Text(one), probe)),
        "l4proto" => Any(right, one => string.Equals(Text(one), probe.Protocol, StringComparison.Ordinal) || Number(one) == (probe.Protocol is "tcp" ? 6 : 17) ? Likelihood.Yes : Likelihood.No),
        "nfproto" => Any(right, one => string.Equals(Text(one), probe.IsV6 ? "ipv6" : "ipv4", StringComparison.Ordinal) ? Likelihood.Yes : Likelihood.No),
        "protocol" => Any(right, one => string.Equals(Text(one), probe.IsV6 ? "ip6" : "ip", StringComparison.Ordinal) ? Likelihood.Yes : Likelihood.No),
        "mark" => Any(right, static one => Number(one) is 0 ? Likelihood.Yes : Likelihood.No),
        "pkttype" => Any(right, static one => Text(one) is "host" or "unicast" ? Likelihood.Yes : Likelihood.No),
        _ => Likelihood.Maybe,
    };

    /// <summary>Which interface a stranger comes by is not known, but not this one.</summary>
    internal static Likelihood Interface(string? name, Probe probe) =>
        probe.IsLoopback ? (name is "lo" or "*" ? Likelihood.Yes : Likelihood.No) : name is "lo" ? Likelihood.No : name is "*" ? Likelihood.Yes : Likelihood.Maybe;

    /// <summary>A route leads back to everybody; local addresses are those of this host.</summary>
    private static Likelihood Fib(JsonElement fib, JsonElement right, Probe probe)
    {
        var ofSource = fib.TryGetProperty("flags", out var flags) && flags.ToString().Contains("saddr", StringComparison.Ordinal);
        if (fib.GetProperty("result").GetString() is "type")
            return Any(right, one => string.Equals(Text(one), ofSource && !probe.IsLoopback ? "unicast" : "local", StringComparison.Ordinal) ? Likelihood.Yes : Likelihood.No);
        return right.ValueKind == JsonValueKind.False ? Likelihood.No : right.ValueKind == JsonValueKind.True ? Likelihood.Yes : Likelihood.Maybe;
    }

    private static Likelihood Field(string? field, JsonElement right, Probe probe) => field switch
    {
        "dport" => Any(right, one => Range(one, probe.Port)),
        "sport" => Any(right, static one => Range(one, Probe.SourcePort)),
        "saddr" => Any(right, one => Source(one, probe)),
        "daddr" => Any(right, one => Destination(one, probe)),
        "protocol" or "nexthdr" => Any(right, one => string.Equals(Text(one), probe.Protocol, StringComparison.Ordinal) || Number(one) == (probe.Protocol is "tcp" ? 6 : 17) ? Likelihood.Yes : Likelihood.No),
        _ => Likelihood.Maybe,
    };

    /// <summary><c>tcp flags &amp; (fin|syn|rst|ack) == syn</c> for the first packet of a connection; a masked source is one of a list or not.</summary>
    private static Likelihood Masked(JsonElement parts, JsonElement right, Probe probe)
    {
        var field = parts[0].ValueKind == JsonValueKind.Object && parts[0].TryGetProperty("payload", out var payload) && payload.TryGetProperty("field", out var name) ? name.GetString() : null;
        if (field is "flags")
        {
            var syn = Words(parts[1]).Contains("syn", StringComparer.Ordinal);
            return right.ValueKind == JsonValueKind.Object && right.TryGetProperty("set", out var set)
                ? Or(set.EnumerateArray().Select(one => IsSyn(one, syn)))
                : IsSyn(right, syn);
        }
        return field is "saddr" ? Any(right, one => Text(one).StartsWith('@') ? Source(one, probe) : Likelihood.Maybe) : Likelihood.Maybe;

        static Likelihood IsSyn(JsonElement flags, bool syn)
        {
            var words = Words(flags).ToArray();
            return syn ? (words is ["syn"] ? Likelihood.Yes : Likelihood.No) : words.Length == 0 || Number(flags) is 0 ? Likelihood.Yes : Likelihood.No;
        }
    }

    private static IEnumerable<string> Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Words),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(static property => Words(property.Value)),
        _ => [],
    };

    /// <summary>A stranger is in no list, and in a network only when that is (nearly) the whole Internet.</summary>
    private static Likelihood Source(JsonElement one, Probe probe)
    {
        if (one.ValueKind == JsonValueKind.Object && one.TryGetProperty("prefix", out var prefix))
            return Network(prefix.GetProperty("addr").GetString(), prefix.GetProperty("len").GetInt32(), probe);
        return one.ValueKind == JsonValueKind.Object ? Likelihood.Maybe : probe.IsLoopback && IPAddress.TryParse(Text(one), out var address) && IPAddress.IsLoopback(address) ? Likelihood.Yes : Likelihood.No;
    }

    /// <summary>Whether a source is in a network.</summary>
    /// <param name="address">The network's address.</param>
    /// <param name="length">Its length.</param>
    /// <param name="probe">The packet.</param>
    internal static Likelihood Network(string? address, int length, Probe probe)
    {
        if (!IPAddress.TryParse(address, out var parsed))
            return Likelihood.Maybe;
        if (probe.IsLoopback && IPAddress.IsLoopback(parsed))
            return Likelihood.Yes;
        // 0.0.0.0/0, halves and quarters of it; ::/0 and 2000::/3.
        return length <= (parsed.AddressFamily == AddressFamily.InterNetwork ? 2 : 3) && !parsed.IsIPv6Multicast && !(parsed.AddressFamily == AddressFamily.InterNetwork && parsed.GetAddressBytes()[0] >= 224) ? Likelihood.Yes : Likelihood.No;
    }

    /// <summary>An address of this host: which, is not known, but none of a group and none of loopback.</summary>
    private static Likelihood Destination(JsonElement one, Probe probe)
    {
        var prefix = one.ValueKind == JsonValueKind.Object && one.TryGetProperty("prefix", out var found) ? found : default;
        var text = prefix.ValueKind == JsonValueKind.Object ? prefix.GetProperty("addr").GetString() : Text(one);
        if (!IPAddress.TryParse(text, out var address))
            return Likelihood.Maybe;
        if (prefix.ValueKind == JsonValueKind.Object && prefix.GetProperty("len").GetInt32() == 0)
            return Likelihood.Yes;
        if (IPAddress.IsLoopback(address))
            return probe.IsLoopback ? Likelihood.Yes : Likelihood.No;
        return address.IsIPv6Multicast || address.IsIPv6LinkLocal || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224) ? Likelihood.No : Likelihood.Maybe;
    }

    private static Likelihood Range(JsonElement one, int value)
    {
        if (one.ValueKind == JsonValueKind.Object && one.TryGetProperty("range", out var range))
            return Number(range[0]) is { } from && Number(range[1]) is { } to ? (value >= from && value <= to ? Likelihood.Yes : Likelihood.No) : Likelihood.Maybe;
        return Number(one) is { } number ? (number == value ? Likelihood.Yes : Likelihood.No) : Likelihood.Maybe;
    }

    /// <summary>One value, a list, an anonymous set; a named set stands for itself.</summary>
    private static Likelihood Any(JsonElement right, Func<JsonElement, Likelihood> one) =>
        right.ValueKind == JsonValueKind.Array ? Or(right.EnumerateArray().Select(one))
        : right.ValueKind == JsonValueKind.Object && right.TryGetProperty("set", out var set) ? (set.ValueKind == JsonValueKind.Array ? Or(set.EnumerateArray().Select(Element).Select(one)) : one(set))
        : one(right);

    private static JsonElement Element(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("elem", out var elem) && elem.ValueKind == JsonValueKind.Object && elem.TryGetProperty("val", out var inner) ? inner : value;

    private static Likelihood Or(IEnumerable<Likelihood> parts) => parts.Append(Likelihood.No).Max();

    private static Likelihood Not(Likelihood value) => value switch
    {
        Likelihood.Yes => Likelihood.No,
        Likelihood.No => Likelihood.Yes,
        _ => Likelihood.Maybe,
    };

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static long? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
