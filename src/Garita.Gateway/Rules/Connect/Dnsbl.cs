using System.Globalization;
using Garita.Gateway.Evidence.Reputation;

namespace Garita.Gateway.Rules;

/// <summary>What DNS lists say of a client.</summary>
/// <param name="Lists">What they say; null where none was asked.</param>
/// <param name="Threshold">From this sum of weights on it is a breach.</param>
public sealed record DnsblFacts(DnsblFact? Lists, double Threshold);

/// <summary>
/// The lists that the administrator named (DNSBL, RFC 5782) have the client, by more than the threshold together; lists of good addresses count against.
/// Abstains where too little is known because lists did not answer.
/// </summary>
public sealed class Dnsbl() : Rule<DnsblFacts>("dnsbl", RuleStage.Connect, RuleMode.Tag, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(DnsblFacts facts)
    {
        if (facts.Lists is not { } lists)
            return Verdict.Pass;
        if (lists.Listings.Count > 0 && lists.Sum >= facts.Threshold)
            return Verdict.Breach(550, new(5, 7, 1), "the client address is on lists of senders of spam", Words(lists));
        return lists.Silent.Count == 0 ? Verdict.Pass : Verdict.Abstain($"no answer of {string.Join(", ", lists.Silent)}; {Words(lists)}");
    }

    private static string Words(DnsblFact lists) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", lists.Listings.Select(static listing => string.Create(CultureInfo.InvariantCulture, $"{listing.Zone} {listing.Answer} {listing.Weight:+0.##;-0.##;0}")))} = {lists.Sum:0.##}");
}
