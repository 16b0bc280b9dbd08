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
    /// <param name="signatures">What the signatures say; null where they were not verified.</param>
    /// <param name="trusted">Domains whose seals are believed, lower case.</param>
    public static string? Find(SignatureFacts? signatures, IReadOnlySet<string> trusted)
    {
        if (signatures is not { Arc: "pass" } || trusted.Count == 0)
            return null;
        foreach (var seal in signatures.Seals)
        {
            if (!trusted.Contains(seal.Sealer))
                return null;
            if (ResultsText.ResultOf(seal.Results, "dmarc") is not "fail")
                return seal.Sealer;
        }

        return null;
    }
}
