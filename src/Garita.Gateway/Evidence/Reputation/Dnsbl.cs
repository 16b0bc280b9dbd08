using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Evidence.Reputation;

/// <summary>
/// Asks lists of addresses in DNS (DNSBL and DNSWL, RFC 5782) about a client: all at once, within one deadline. It adds up and does not judge.
/// Answers are kept by the resolver, as long as their time to live says.
/// </summary>
/// <param name="dns">Look-ups.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where is logged.</param>
public sealed class Dnsbl(IDnsResolver dns, TimeProvider time, ILogger log)
{
    // RFC 5782 §2.1: answers are in 127.0.0.0/8. Lists put errors into 127.255.255.0/24 (a public resolver, too many queries).
    private static readonly IPNetwork Meant = new(IPAddress.Parse("127.0.0.0"), 8);
    private static readonly IPNetwork Refusal = new(IPAddress.Parse("127.255.255.0"), 24);

    private readonly ConcurrentDictionary<string, ZoneWatch> _watches = new(StringComparer.Ordinal);

    /// <summary>What the lists say of a client.</summary>
    /// <param name="client">The client, IPv4-mapped addresses already made IPv4.</param>
    /// <param name="settings">The lists.</param>
    public async Task<DnsblFact> FindAsync(IPAddress client, DnsblSettings settings)
    {
        var asked = new List<(DnsblZone Zone, ZoneWatch Watch, Task<DnsAnswer<IPAddress>> Answer)>();
        var silent = new List<string>();
        foreach (var zone in settings.Zones)
        {
            var watch = _watches.GetOrAdd(zone.Name, name => new ZoneWatch(name, time, log));
            if (watch.TakeCheck())
                _ = CheckAsync(zone, watch);
            if (watch.IsFit)
                asked.Add((zone, watch, dns.AddressesAsync($"{Name(client)}.{zone.Name}", AddressFamily.InterNetwork).AsTask()));
            else
                silent.Add(zone.Name);
        }

        if (asked.Count == 0)
            return silent.Count == 0 ? DnsblFact.None : new DnsblFact(0, [], silent);
        var all = Task.WhenAll(asked.Select(static ask => ask.Answer));
        if (await Task.WhenAny(all, Task.Delay(settings.Timeout, time)).ConfigureAwait(false) == all)
            await all.ConfigureAwait(false);

        var listings = new List<DnsblListing>();
        foreach (var (zone, watch, answer) in asked)
        {
            var isRefusal = answer.IsCompletedSuccessfully && answer.Result.Records.Any(Refusal.Contains);
            if (!answer.IsCompletedSuccessfully || answer.Result.Status == DnsStatus.Failed || isRefusal)
            {
                watch.Failed(isRefusal);
                silent.Add(zone.Name);
                continue;
            }

            watch.Answered();
            var (records, answers) = (answer.Result.Records, zone.Answers);
            if (records.FirstOrDefault(record => answers.Count == 0 ? Meant.Contains(record) : answers.Any(network => network.Contains(record))) is { } hit)
                listings.Add(new DnsblListing(zone.Name, zone.Weight, hit.ToString()));
        }

        return new DnsblFact(listings.Sum(static listing => listing.Weight), listings, silent);
    }

    /// <summary>An address as lists have it: octets (RFC 5782 §2.1) or nibbles (§2.4) backwards.</summary>
    internal static string Name(IPAddress client)
    {
        var octets = client.GetAddressBytes();
        if (octets.Length == 4)
            return string.Create(CultureInfo.InvariantCulture, $"{octets[3]}.{octets[2]}.{octets[1]}.{octets[0]}");
        var name = new StringBuilder(63);
        for (var i = octets.Length - 1; i >= 0; i--)
            name.Append(CultureInfo.InvariantCulture, $"{(name.Length == 0 ? "" : ".")}{octets[i] & 15:x}.{octets[i] >> 4:x}");
        return name.ToString();
    }

    private async Task CheckAsync(DnsblZone zone, ZoneWatch watch)
    {
        var answer = await dns.AddressesAsync($"1.0.0.127.{zone.Name}", AddressFamily.InterNetwork).ConfigureAwait(false);
        if (answer.Status == DnsStatus.Found && !answer.Records.Any(Refusal.Contains))
            watch.ListsEverything();
    }
}
