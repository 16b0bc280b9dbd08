using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[[limits_for]]</c>: limits of listed networks.</summary>
internal static class NetworkLimitsReader
{
    public static IReadOnlyList<NetworkLimits> Read(TableReader file)
    {
        var all = new List<NetworkLimits>();
        foreach (var table in file.Tables("limits_for"))
        {
            var networks = table.Networks("networks");
            if (networks.Count == 0)
                table.Error(table.Place, "limits_for.networks is missing or empty, expected networks such as [\"198.51.100.0/24\"]");
            all.Add(new NetworkLimits
            {
                Networks = networks,
                ConnectionsPerClient = Whole(table, "connections_per_client", 1),
                ConnectionsPerNetwork = Whole(table, "connections_per_network", 1),
                ConnectionsPerMinute = Whole(table, "connections_per_minute", 0),
                MessagesPerHour = Whole(table, "messages_per_hour", 0),
                RecipientsPerHour = Whole(table, "recipients_per_hour", 0),
                HandshakesPerMinute = Whole(table, "handshakes_per_minute", 0),
            });
        }

        if (all.Count == 0)
            return [];
        return all;
    }

    /// <summary>A number that may be absent.</summary>
    public static int? Whole(TableReader table, string key, int least) => table.Has(key) ? table.Whole(key, least, 10_000_000, least) : null;
}
