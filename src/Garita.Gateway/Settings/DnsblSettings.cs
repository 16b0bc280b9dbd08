using System.Net;

namespace Garita.Gateway.Settings;

/// <summary>Lists of addresses in DNS (RFC 5782) that are asked about each client. Immutable.</summary>
public sealed record DnsblSettings
{
    /// <summary>The lists; none: nothing is asked.</summary>
    public IReadOnlyList<DnsblZone> Zones { get; init; } = [];

    /// <summary>From this sum of weights on the rule <c>dnsbl</c> is broken.</summary>
    public double Threshold { get; init; } = 5;

    /// <summary>How long all of them together may take; who has not answered by then counts nothing.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>One list.</summary>
/// <param name="Name">Its zone, lower case.</param>
/// <param name="Weight">What an address on it counts; below zero for a list of good ones.</param>
/// <param name="Answers">The answers that count; empty: all of 127.0.0.0/8 but 127.255.255.0/24, where lists put their refusals.</param>
public sealed record DnsblZone(string Name, double Weight, IReadOnlyList<IPNetwork> Answers);
