using System.Net;
using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[[listener]]</c>.</summary>
internal static class ListenerReader
{
    public static IReadOnlyList<ListenerSettings> Read(TableReader file, bool hasCertificate)
    {
        var listeners = new List<ListenerSettings>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var taken = new HashSet<IPEndPoint>();
        foreach (var table in file.Tables("listener"))
        {
            var name = Names.Read(table, names);
            var tls = table.Choice<ListenerTls>("tls", [("starttls", ListenerTls.StartTls), ("implicit", ListenerTls.Implicit), ("none", ListenerTls.None)]) ?? ListenerTls.StartTls;
            // STARTTLS without a certificate gets a self-signed one: other mail servers do not verify it. Clients of implicit TLS do.
            if (tls == ListenerTls.Implicit && !hasCertificate)
                table.Error(table.PlaceOf("tls"), "listener.tls is \"implicit\" and there is no [[certificate]], expected one for it");
            var bind = new List<IPEndPoint>();
            if (!table.Has("bind"))
                table.Error(table.Place, "listener.bind is missing, expected ADDRESS:PORT such as \"0.0.0.0:25\"");
            foreach (var (node, endPoint) in table.EndPoints("bind"))
            {
                if (endPoint.Port != 0 && !taken.Add(endPoint))
                    table.Error(node.Place, $"listener.bind has {endPoint} a second time, expected each address once");
                bind.Add(endPoint);
            }

            listeners.Add(new ListenerSettings
            {
                Name = name,
                Protocol = table.Choice<ListenerProtocol>("protocol", [("smtp", ListenerProtocol.Smtp)], "submission", "pop3", "imap", "milter", "policy", "outbound") ?? ListenerProtocol.Smtp,
                Bind = bind,
                Tls = tls,
                ProxyProtocolFrom = table.Networks("proxy_protocol_from"),
                MessageSize = table.Size("message_size", 64L << 10, 1L << 30),
                ConnectionsPerClient = NetworkLimitsReader.Whole(table, "connections_per_client", 1),
                ConnectionsPerNetwork = NetworkLimitsReader.Whole(table, "connections_per_network", 1),
                ConnectionsPerMinute = NetworkLimitsReader.Whole(table, "connections_per_minute", 0),
            });
        }

        if (listeners.Count == 0)
            file.Error(file.PlaceOf("listener"), "there is no [[listener]], expected at least one");
        return listeners;
    }
}

/// <summary>Names of listeners and tenants: they go into records, metrics and file names.</summary>
internal static class Names
{
    public static string Read(TableReader table, HashSet<string> taken)
    {
        const string Expected = "a name of 1 to 64 letters, digits, \"-\", \"_\" and \".\"";
        if (table.RequiredText("name", Expected) is not { } node)
            return "?";
        var name = (string)node.Value;
        if (name.Length is 0 or > 64 || !name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
            table.Wrong("name", node, Expected);
        else if (!taken.Add(name))
            table.Error(node.Place, $"{table.Path}.name {node.Describe()} is given twice, expected different names");
        return name;
    }
}
