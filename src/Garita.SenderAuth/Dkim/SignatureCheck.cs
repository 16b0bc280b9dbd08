using System.Security.Cryptography;

namespace Garita.SenderAuth.Dkim;

/// <summary>What came of checking a signature of any kind.</summary>
/// <param name="Status">The result.</param>
/// <param name="Problem">Why; null for a pass.</param>
/// <param name="Key">The key; null where there is none.</param>
internal readonly record struct SignatureFinding(DkimStatus Status, string? Problem, DkimKey? Key);

/// <summary>The steps that DKIM and ARC have in common (RFC 6376 §6.1).</summary>
internal static class SignatureCheck
{
    /// <summary>Whether a key may be used for a signature (RFC 6376 §6.1.2).</summary>
    internal static SignatureFinding Fits(DkimSignature signature, KeyAnswer answer)
    {
        if (answer.Key is not { } key)
            return new(answer.Status, answer.Problem, null);
        if (key.Algorithm != signature.Algorithm)
            return new(DkimStatus.PermError, "the key is for another algorithm", key);
        if (!key.IsAccepted)
            return new(DkimStatus.Policy, "the size of the key is not accepted", key);
        // RFC 6376 §3.6.1: t=s.
        return key.IsStrict && !signature.IsOfDomainItself
            ? new(DkimStatus.PermError, "the key is not for identities of other domains", key)
            : new(DkimStatus.None, null, key);
    }

    /// <summary>Checks a signature of header and body (RFC 6376 §6.1.3).</summary>
    /// <param name="signature">A signature that can be read.</param>
    /// <param name="own">Its field.</param>
    /// <param name="answer">What came of looking for its key.</param>
    /// <param name="bodies">The body's hashes.</param>
    /// <param name="headers">For the header's hash.</param>
    internal static SignatureFinding OfMessage(DkimSignature signature, in SignedField own, KeyAnswer answer, BodyHashes bodies, HeaderHash headers)
    {
        var finding = Fits(signature, answer);
        if (finding.Status != DkimStatus.None)
            return finding;
        if (bodies.Of(signature) is not { } body)
            return finding with { Status = DkimStatus.PermError, Problem = "the body is shorter than the signature says (l=)" };
        if (!body.AsSpan().SequenceEqual(signature.BodyHash))
            return finding with { Status = DkimStatus.Fail, Problem = "the body was changed" };
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        headers.OfSignature(signature, own, hash);
        return Verify(finding, hash, signature);
    }

    /// <summary>Checks the signature of a hash.</summary>
    internal static SignatureFinding Verify(in SignatureFinding finding, ReadOnlySpan<byte> hash, DkimSignature signature) => finding.Key!.Verifies(hash, signature.Signature)
        ? finding with { Status = DkimStatus.Pass }
        : finding with { Status = DkimStatus.Fail, Problem = "the header was changed, or the signature is not of this key" };
}
