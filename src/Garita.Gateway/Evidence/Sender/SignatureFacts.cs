namespace Garita.Gateway.Evidence.Sender;

/// <summary>What the signatures of a message say, as far as the author's policy and the results field need it.</summary>
/// <param name="Dkim">One for each signature; empty for a message that is not signed.</param>
/// <param name="Arc">The state of the ARC chain: <c>none</c>, <c>pass</c> or <c>fail</c> (RFC 8617 §4.4).</param>
/// <param name="Seals">The chain's seals from the newest to the first; empty unless it passes.</param>
public sealed record SignatureFacts(IReadOnlyList<SignatureFact> Dkim, string Arc, IReadOnlyList<SealFact> Seals);

/// <summary>One DKIM signature (RFC 6376).</summary>
/// <param name="Result">The result's name (RFC 8601 §2.7.1).</param>
/// <param name="Domain">The domain that signed (<c>d=</c>).</param>
/// <param name="Selector">The selector (<c>s=</c>).</param>
/// <param name="Start">The signature's first characters (RFC 6008 §4); empty for none.</param>
/// <param name="Reason">Why it does not pass, in our own words; null for a pass.</param>
/// <param name="Vouches">Whether it passed and covers the whole message, so that it counts for DMARC.</param>
public sealed record SignatureFact(string Result, string Domain, string Selector, string Start, string? Reason, bool Vouches);

/// <summary>One seal of a chain.</summary>
/// <param name="Sealer">The domain that sealed, A-labels in lower case.</param>
/// <param name="Results">What it found then, as RFC 8601 writes it.</param>
public readonly record struct SealFact(string Sealer, string Results);
