namespace Garita.SenderAuth.Dkim;

/// <summary>The DKIM signatures of one message (RFC 6376 §6): read with the header, concluded when the body has been hashed.</summary>
internal sealed class DkimVerification
{
    /// <summary>Signatures looked at, from the top; a sender that adds more only hides its own.</summary>
    internal const int MaxSignatures = 10;

    private readonly List<(DkimSignature Signature, SignedField Field)> _signatures = [];

    /// <summary>Reads the signatures.</summary>
    /// <param name="fields">The message's fields.</param>
    /// <param name="now">The time.</param>
    internal DkimVerification(SignedFields fields, DateTimeOffset now)
    {
        var authors = fields.Count("From"u8);
        foreach (var field in fields.All)
        {
            if (!fields.Is(field, "DKIM-Signature"u8))
                continue;
            var signature = DkimSignature.Read(fields.Value(field), SignatureKind.Dkim, now);
            signature.RequireAuthors(authors);
            _signatures.Add((signature, field));
            if (_signatures.Count == MaxSignatures)
                break;
        }
    }

    /// <summary>The signatures that are worth a key and a hash.</summary>
    internal IEnumerable<DkimSignature> Readable => _signatures.Select(static one => one.Signature).Where(static signature => signature.Status == DkimStatus.None);

    /// <summary>Checks the signatures.</summary>
    internal async ValueTask<IReadOnlyList<DkimResult>> ConcludeAsync(KeyRing keys, BodyHashes bodies, HeaderHash headers)
    {
        if (_signatures.Count == 0)
            return [];
        var results = new DkimResult[_signatures.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (signature, field) = _signatures[i];
            var finding = signature.Status == DkimStatus.None
                ? SignatureCheck.OfMessage(signature, field, await keys.FindOneAsync(signature.KeyName).ConfigureAwait(false), bodies, headers)
                : new SignatureFinding(signature.Status, signature.Problem, null);
            results[i] = new DkimResult(finding.Status, signature.Domain, signature.Selector)
            {
                Identity = signature.Identity,
                Algorithm = signature.AlgorithmName,
                KeyBits = finding.Key?.Bits ?? 0,
                SignatureStart = signature.SignatureStart,
                LeavesBodyUncovered = signature.Status == DkimStatus.None && bodies.LeavesUncovered(signature),
                Testing = finding.Key?.IsTesting == true,
                Reason = finding.Problem,
            };
        }

        return results;
    }
}
