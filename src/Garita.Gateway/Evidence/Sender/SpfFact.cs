using Garita.SenderAuth.Spf;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>What SPF says of a client and a sender's domain (RFC 7208).</summary>
/// <param name="Result">The result.</param>
/// <param name="Domain">The domain that was checked: that of the reverse-path, or the HELO name for the null one.</param>
/// <param name="Mechanism">What matched, visible ASCII; null for nothing.</param>
/// <param name="Explanation">The domain's own words for a fail, printable ASCII, not to be trusted; null for none.</param>
/// <param name="Problem">What is wrong, for temperror and permerror.</param>
public sealed record SpfFact(SpfResult Result, string Domain, string? Mechanism = null, string? Explanation = null, string? Problem = null);
