using System.Security.Cryptography;
using Garita.SenderAuth.Dkim;

namespace Garita.SenderAuth.Arc;

/// <summary>
/// The chain of one message (RFC 8617 §5.2): sorted and read with the header, concluded when the body has been hashed. Of the message
/// signatures only the newest is checked, as the standard has it: the older ones are of messages that no longer exist.
/// </summary>
internal sealed class ArcValidation
{
    /// <summary>Keys of seals asked for at once; longer chains are rare, and what they cost DNS is spent only as far as they hold.</summary>
    private const int AskedAtOnce = 10;

    private readonly SignedFields _fields;
    private readonly ArcChain _chain;
    private readonly DkimSignature[] _seals = [];
    private readonly DkimSignature[] _messages = [];
    private readonly string? _problem;

    /// <summary>Reads the chain.</summary>
    /// <param name="fields">The message's fields.</param>
    /// <param name="now">The time.</param>
    internal ArcValidation(SignedFields fields, DateTimeOffset now)
    {
        _fields = fields;
        _chain = ArcChain.Read(fields);
        _problem = _chain.Problem;
        if (_problem is not null || _chain.Count == 0)
            return;
        _seals = new DkimSignature[_chain.Count];
        _messages = new DkimSignature[_chain.Count];
        for (var instance = 1; instance <= _chain.Count; instance++)
        {
            _seals[instance - 1] = DkimSignature.Read(fields.Value(_chain[instance].Seal!.Value), SignatureKind.ArcSeal, now);
            _messages[instance - 1] = DkimSignature.Read(fields.Value(_chain[instance].Message!.Value), SignatureKind.ArcMessage, now);
        }

        _problem = ProblemOfTags();
    }

    /// <summary>Whether there is an ARC field at all.</summary>
    private bool IsThere => _chain.Count > 0 || _chain.Problem is not null;

    /// <summary>The signature of this message; null where there is none worth a hash.</summary>
    internal DkimSignature? Newest => IsThere && _problem is null ? _messages[^1] : null;

    /// <summary>Begins to look for the keys.</summary>
    internal void Ask(KeyRing keys)
    {
        if (Newest is not { } newest)
            return;
        keys.Ask(newest.KeyName);
        foreach (var seal in _seals.Take(AskedAtOnce))
            keys.Ask(seal.KeyName);
    }

    /// <summary>Checks the chain.</summary>
    internal async ValueTask<ArcResult> ConcludeAsync(KeyRing keys, BodyHashes bodies, HeaderHash headers)
    {
        if (!IsThere)
            return ArcResult.None;
        if (Newest is not { } newest)
            return new(ArcStatus.Fail, [], _problem);
        // RFC 8617 §5.2 step 4: the newest message signature.
        var finding = SignatureCheck.OfMessage(newest, _chain[_chain.Count].Message!.Value, await keys.FindOneAsync(newest.KeyName).ConfigureAwait(false), bodies, headers);
        if (finding.Status != DkimStatus.Pass)
            return Failed("message signature", _chain.Count, finding);
        if (bodies.LeavesUncovered(newest))
            return new(ArcStatus.Fail, [], "the newest message signature does not cover the whole body (l=)");
        // Step 5: all seals. Each covers the fields of its own set and of all before it, in order.
        headers.Length = 0;
        for (var instance = 1; instance <= _chain.Count; instance++)
        {
            var seal = _seals[instance - 1];
            finding = CheckSeal(seal, instance, await keys.FindOneAsync(seal.KeyName).ConfigureAwait(false), headers);
            if (finding.Status != DkimStatus.Pass)
                return Failed("seal", instance, finding);
        }

        var sets = new ArcSet[_chain.Count];
        for (var i = 0; i < sets.Length; i++)
            sets[i] = new ArcSet(i + 1, _seals[i].Domain, _messages[i].Domain, ArcChain.Results(_fields.Value(_chain[i + 1].Results!.Value)));
        return new(ArcStatus.Pass, sets);
    }

    private SignatureFinding CheckSeal(DkimSignature seal, int instance, KeyAnswer answer, HeaderHash headers)
    {
        // RFC 8617 §5.1.1: results, message signature, seal, in the relaxed form.
        var set = _chain[instance];
        headers.Add(set.Results!.Value, Canonicalization.Relaxed);
        headers.Add(set.Message!.Value, Canonicalization.Relaxed);
        var mark = headers.Length;
        headers.AddWithoutSignature(set.Seal!.Value, seal.SignatureTag, Canonicalization.Relaxed);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        headers.Finish(hash);
        headers.Length = mark;
        headers.Add(set.Seal!.Value, Canonicalization.Relaxed);
        var finding = SignatureCheck.Fits(seal, answer);
        return finding.Status == DkimStatus.None ? SignatureCheck.Verify(finding, hash, seal) : finding;
    }

    private string? ProblemOfTags()
    {
        // RFC 8617 §5.2 steps 2 and 3.
        if (_seals[^1].Tag("cv") is "fail")
            return "the chain had failed before";
        for (var i = 0; i < _seals.Length; i++)
        {
            if (_seals[i].Status != DkimStatus.None)
                return $"seal {i + 1}: {_seals[i].Problem}";
            // RFC 8617 §4.1.3: a seal has no h=.
            if (_seals[i].HasTag("h"))
                return $"seal {i + 1} names fields";
            if (!_seals[i].Tag("cv").SequenceEqual(i == 0 ? "none" : "pass"))
                return $"seal {i + 1} does not say that the chain was whole";
        }

        var newest = _messages[^1];
        if (newest.Status != DkimStatus.None)
            return $"the newest message signature: {newest.Problem}";
        // RFC 8617 §4.1.2: seals are never signed by it.
        return newest.Fields.Any(static name => name.Equals("arc-seal", StringComparison.OrdinalIgnoreCase)) ? "the newest message signature signs a seal" : null;
    }

    private static ArcResult Failed(string what, int instance, in SignatureFinding finding) =>
        new(ArcStatus.Fail, [], $"{what} {instance}: {finding.Problem}", finding.Status == DkimStatus.TempError);
}
