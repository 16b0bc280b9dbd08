using System.Text.Json;

namespace Garita.Hardening.Firewall;

/// <summary>Reads what <c>nft -j list ruleset</c> says (libnftables-json(5)).</summary>
internal static class NftReader
{
    /// <summary>The chains that filter IP packets, with their rules.</summary>
    /// <param name="json">What nft said.</param>
    public static List<FilterChain> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var chains = new List<FilterChain>();
            foreach (var entry in document.RootElement.GetProperty("nftables").EnumerateArray())
            {
                if (entry.TryGetProperty("chain", out var chain) && Text(chain, "family") is "ip" or "ip6" or "inet")
                {
                    // A chain of nat or route rewrites packets, it does not filter them.
                    var filters = Text(chain, "type") is "filter";
                    chains.Add(new FilterChain(Text(chain, "family"), Text(chain, "table"), Text(chain, "name"), filters ? Text(chain, "hook") : "",
                        filters && chain.TryGetProperty("prio", out var priority) ? priority.GetInt32() : 0, Text(chain, "policy") is "drop"));
                }
                else if (entry.TryGetProperty("rule", out var rule) && chains.Find(known => Is(rule, "family", known.Family) && Is(rule, "table", known.Table) && Is(rule, "chain", known.Name)) is { } owner)
                {
                    owner.Rules.Add(ReadRule(rule.GetProperty("expr")));
                }
            }
            return chains;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CannotLookException("nft says what this program does not understand", e);
        }
    }

    private static FilterRule ReadRule(JsonElement expressions)
    {
        var conditions = new List<Func<Probe, Likelihood>>();
        Func<Probe, (Likelihood, FilterVerdict)> last = static _ => (Likelihood.Yes, new FilterVerdict(FilterAction.Continue));
        var (logs, opaque) = (false, false);
        foreach (var part in expressions.EnumerateArray())
        {
            var property = part.EnumerateObject().First();
            // The document is gone when the rule is asked.
            var value = property.Value.Clone();
            switch (property.Name)
            {
                case "match":
                    conditions.Add(probe => Understood(() => NftMatch.Holds(value, probe), Likelihood.Maybe));
                    break;
                case "limit" or "quota":
                    conditions.Add(_ => IsOver(value) ? Likelihood.No : Likelihood.Yes);
                    break;
                case "ct count":
                    conditions.Add(_ => IsOver(value) ? Likelihood.No : Likelihood.Yes);
                    break;
                case "set":
                    var over = value.TryGetProperty("stmt", out var statements) && statements.EnumerateArray().SelectMany(static statement => statement.EnumerateObject()).Any(static statement => IsOver(statement.Value));
                    var elem = value.TryGetProperty("elem", out var element) ? element.Clone() : default;
                    conditions.Add(probe => over || !NftMatch.IsPresent(elem, probe) ? Likelihood.No : Likelihood.Yes);
                    break;
                case "vmap":
                    last = probe => Understood(() => NftMatch.Look(value, probe), (Likelihood.Maybe, new FilterVerdict(FilterAction.Continue)));
                    break;
                case "log":
                    logs = true;
                    break;
                case "xt":
                    opaque = true;
                    conditions.Add(static _ => Likelihood.Maybe);
                    break;
                case "ipsec" or "socket" or "osf" or "tproxy" or "queue" or "synproxy":
                    conditions.Add(static _ => Likelihood.Maybe);
                    break;
                default:
                    if (Verdict(property.Name, value) is { } verdict)
                        last = _ => (Likelihood.Yes, verdict);
                    break;
            }
        }
        return new FilterRule(probe => Decide(conditions, last, probe), logs, opaque, NftBody.Of(expressions));
    }

    private static (Likelihood, FilterVerdict) Decide(List<Func<Probe, Likelihood>> conditions, Func<Probe, (Likelihood, FilterVerdict)> last, Probe probe)
    {
        var least = Likelihood.Yes;
        foreach (var condition in conditions)
        {
            var here = condition(probe);
            if (here < least)
                least = here;
        }
        var (applies, verdict) = last(probe);
        return (applies < least ? applies : least, verdict);
    }

    /// <summary>A condition of a form that this program does not know, of a newer nft, may hold or not.</summary>
    private static T Understood<T>(Func<T> look, T otherwise)
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            return otherwise;
        }
    }

    /// <summary>A verdict by its name, or null for what is none.</summary>
    /// <param name="name">As in JSON.</param>
    /// <param name="value">What comes with it.</param>
    internal static FilterVerdict? Verdict(string name, JsonElement value) => name switch
    {
        "accept" => new FilterVerdict(FilterAction.Accept),
        "drop" or "reject" => new FilterVerdict(FilterAction.Drop),
        "return" => new FilterVerdict(FilterAction.Return),
        "jump" => new FilterVerdict(FilterAction.Jump, Text(value, "target")),
        "goto" => new FilterVerdict(FilterAction.Goto, Text(value, "target")),
        _ => null,
    };

    /// <summary>Whether a limit is one that a single packet does not exceed: <c>over</c>.</summary>
    private static bool IsOver(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("inv", out var inverse) && inverse.ValueKind == JsonValueKind.True;

    private static string Text(JsonElement value, string name) => value.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString()! : "";

    private static bool Is(JsonElement value, string name, string wanted) => string.Equals(Text(value, name), wanted, StringComparison.Ordinal);
}
