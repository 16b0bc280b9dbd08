namespace Garita.SenderAuth.Spf;

/// <summary>What came of a check.</summary>
/// <param name="Result">The result.</param>
/// <param name="Domain">The domain that was checked.</param>
/// <param name="Mechanism">The mechanism that matched, as it stands in the record, or <c>default</c>; visible ASCII, at most 255 characters; null where none was reached.</param>
/// <param name="Explanation">The domain's own words for a fail (RFC 7208 §6.2): printable ASCII, at most 400 characters, not to be trusted; null for none.</param>
/// <param name="Problem">What is wrong, in our own words, for temperror and permerror; else null.</param>
/// <param name="Lookups">Terms that asked DNS (RFC 7208 §4.6.4).</param>
/// <param name="VoidLookups">Those that found nothing.</param>
/// <param name="IsPersonal">Whether the local part or the HELO name had a part in it: the outcome does not hold for other senders of the domain.</param>
public sealed record SpfOutcome(
    SpfResult Result, string Domain, string? Mechanism = null, string? Explanation = null, string? Problem = null, int Lookups = 0, int VoidLookups = 0, bool IsPersonal = false);
