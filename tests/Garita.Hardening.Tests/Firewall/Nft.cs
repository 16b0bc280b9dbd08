namespace Garita.Hardening.Tests.Firewall;

/// <summary>Rulesets as nft 1.0.6 writes them in JSON.</summary>
internal static class Nft
{
    public const string Loopback = """{"match":{"op":"==","left":{"meta":{"key":"iif"}},"right":"lo"}},{"match":{"op":"==","left":{"fib":{"result":"type","flags":["saddr"]}},"right":"local"}},{"accept":null}""";
    public const string Established = """{"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established","related"]}},{"accept":null}""";
    public const string Log = """{"limit":{"rate":5,"burst":20,"per":"second"}},{"log":{"prefix":"drop "}}""";
    public const string Accept = """{"accept":null}""";
    public const string Drop = """{"counter":{"packets":0,"bytes":0}},{"drop":null}""";

    public static string Port(int port) => DestinationPort(port) + ",{\"accept\":null}";

    public static string PortFrom(int port, string source) => $$$"""{{{DestinationPort(port)}}},{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"{{{source}}}"}},{"accept":null}""";

    public static string Counted(int packets) => $$$"""{{{DestinationPort(25)}}},{"counter":{"packets":{{{packets}}},"bytes":0}},{"accept":null}""";

    public static string Ruleset(string family, string policy, params string[] rules) => Rulesets(Chain(family, "filter", "input", policy, rules));

    public static string Rulesets(params string[] chains) => $$$"""{"nftables":[{"metainfo":{"version":"1.0.6"}},{{{string.Join(',', chains)}}}]}""";

    public static string Chain(string family, string table, string name, string? policy, params string[] rules) =>
        string.Join(',', rules.Select(rule => $$$"""{"rule":{"family":"{{{family}}}","table":"{{{table}}}","chain":"{{{name}}}","handle":9,"expr":[{{{rule}}}]}}""")
            .Prepend("{\"chain\":{" + $"\"family\":\"{family}\",\"table\":\"{table}\",\"name\":\"{name}\",\"handle\":1{(policy is null ? "" : $",\"type\":\"filter\",\"hook\":\"input\",\"prio\":0,\"policy\":\"{policy}\"")}" + "}}"));

    private static string DestinationPort(int port) => $$$"""{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{{{port}}}}}""";
}
