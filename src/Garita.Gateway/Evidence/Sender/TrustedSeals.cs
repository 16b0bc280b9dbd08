using Garita.SenderAuth.Arc;
using Garita.SenderAuth.AuthenticationResults;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>
/// Whether a forwarder that is trusted answers for a message whose author cannot be authenticated any more (RFC 8617 §5.2, §7.2.1): the chain
/// passes, and going back from its newest seal over trusted ones alone, one of them found no DMARC failure. A trusted list that was fooled
/// itself says so in its results, and is not believed against its own word.
/// </summary>
public static class TrustedSeals
{
    /// <summary>The sealer that answers for the message; null for none.</summary>
    /// <param name="arc">The chain; null where it was not validated.</param>
    /// <param name="trusted">Domains whose seals are believed, lower case.</param>
    public static string? Find(ArcResult? arc, IReadOnlySet<string> trusted)
    {
        if (arc is not { Status: ArcStatus.Pass } || trusted.Count == 0)
            return null;
        for (var i = arc.Sets.Count - 1; i >= 0; i--)
        {
            var set = arc.Sets[i];
            if (!trusted.Contains(set.Sealer))
                return null;
            if (ResultsText.ResultOf(set.AuthenticationResults, "dmarc") is not "fail")
                return set.Sealer;
        }

        return null;
    }
}
