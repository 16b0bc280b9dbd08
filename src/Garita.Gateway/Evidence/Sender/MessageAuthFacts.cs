using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>What the signatures of a message say.</summary>
/// <param name="Dkim">One result for each DKIM signature, from the top, at most 10; empty for a message that is not signed (RFC 6376).</param>
/// <param name="Arc">The ARC chain (RFC 8617).</param>
public sealed record MessageAuthFacts(IReadOnlyList<DkimResult> Dkim, ArcResult Arc);
