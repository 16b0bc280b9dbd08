using System.Net;
using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>Reads <c>[dnsbl]</c> and <c>[greylist]</c>.</summary>
internal static class ReputationReader
{
    private const int MostZones = 32;

    public static DnsblSettings Dnsbl(TableReader? table)
    {
        var defaults = new DnsblSettings();
        if (table is null)
            return defaults;
        var zones = new List<DnsblZone>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var zone in table.Tables("zone"))
        {
            if (Zone(zone, names) is { } read)
                zones.Add(read);
        }

        if (zones.Count > MostZones)
            table.Error(table.PlaceOf("zone"), $"there are {zones.Count} [[dnsbl.zone]], expected at most {MostZones}");
        return new DnsblSettings
        {
            Zones = zones,
            Threshold = table.Number("threshold", 0.1, 1000, defaults.Threshold),
            Timeout = table.Duration("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), defaults.Timeout),
        };
    }

    public static GreylistSettings Greylist(TableReader? table)
    {
        var defaults = new GreylistSettings();
        return table is null ? defaults : new GreylistSettings
        {
            After = table.Duration("after", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), defaults.After),
            Until = table.Duration("until", TimeSpan.FromHours(2), TimeSpan.FromDays(7), defaults.Until),
            Keep = table.Duration("keep", TimeSpan.FromDays(1), TimeSpan.FromDays(90), defaults.Keep),
        };
    }

    private static DnsblZone? Zone(TableReader table, HashSet<string> names)
    {
        const string Expected = "the zone of a DNS list such as \"zen.example.net\"";
        if (table.RequiredText("name", Expected) is not { } node)
            return null;
        if (!DomainName.TryNormalize(Encoding.UTF8.GetBytes((string)node.Value), smtpUtf8: false, out var name) || !name!.Contains('.', StringComparison.Ordinal))
        {
            table.Wrong("name", node, Expected);
            return null;
        }

        if (!names.Add(name))
            table.Wrong("name", node, "each list once");
        if (!table.Has("weight"))
            table.Error(table.Place, "dnsbl.zone.weight is missing, expected a number: what an address on the list counts, below zero for a list of good addresses");
        return new DnsblZone(name, table.Number("weight", -1000, 1000, 0), Answers(table));
    }

    private static IReadOnlyList<IPNetwork> Answers(TableReader table)
    {
        var answers = table.Networks("answers");
        // RFC 5782 §2.1
        foreach (var answer in answers)
        {
            if (answer.BaseAddress.GetAddressBytes() is not [127, _, _, _])
                table.Error(table.PlaceOf("answers"), $"dnsbl.zone.answers has {answer}, expected answers in 127.0.0.0/8 such as \"127.0.0.2\"");
        }

        return answers;
    }
}
