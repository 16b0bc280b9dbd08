namespace Garita.SenderAuth.Dkim;

/// <summary>What came of one signature of a message (RFC 6376 §6.1, RFC 8601 §2.7.1). All texts are printable ASCII.</summary>
/// <param name="Result">The result.</param>
/// <param name="Domain">The domain that signed (<c>d=</c>), A-labels in lower case; empty where it cannot be read.</param>
/// <param name="Selector">The selector (<c>s=</c>), lower case; empty where it cannot be read.</param>
public sealed record DkimResult(DkimStatus Result, string Domain, string Selector)
{
    /// <summary>On whose behalf (<c>i=</c>), at most 320 characters, not to be trusted before the <c>@</c>; <c>@</c> and the domain where the signature does not say.</summary>
    public string Identity { get; init; } = "@" + Domain;

    /// <summary>The algorithm as <c>a=</c> writes it, at most 32 characters; empty where it cannot be read.</summary>
    public string Algorithm { get; init; } = "";

    /// <summary>Bits of the key; 0 where there is none.</summary>
    public int KeyBits { get; init; }

    /// <summary>The first eight characters of the signature, which tell several of one domain apart (RFC 6008 §4); fewer where it has fewer.</summary>
    public string SignatureStart { get; init; } = "";

    /// <summary>
    /// Whether <c>l=</c> ends before the body does: whoever had the message could append what he liked, even a whole other text
    /// in front of the reader's eyes (RFC 6376 §8.2).
    /// </summary>
    public bool LeavesBodyUncovered { get; init; }

    /// <summary>Whether the key says <c>t=y</c>: the signer is testing, and nothing may be held against a message (RFC 6376 §3.6.1).</summary>
    public bool Testing { get; init; }

    /// <summary>Why, in our own words; null for a pass.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the domain answers for the whole message: the signature is good and no part of the body is left open.</summary>
    public bool VouchesForAll => Result == DkimStatus.Pass && !LeavesBodyUncovered;
}
