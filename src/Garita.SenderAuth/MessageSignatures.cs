using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;

namespace Garita.SenderAuth;

/// <summary>What the signatures of a message say.</summary>
/// <param name="Dkim">One result for each DKIM signature, from the top, at most 10; empty for a message that is not signed.</param>
/// <param name="Arc">The ARC chain.</param>
public sealed record MessageSignatureResults(IReadOnlyList<DkimResult> Dkim, ArcResult Arc);

/// <summary>
/// Verifies the DKIM signatures (RFC 6376) and the ARC chain (RFC 8617) of a message in one pass over it: the header is read, the keys are
/// asked for all at once, meanwhile the body is hashed once for each canonical form. Memory is bounded by the header's limit, whatever the
/// body's size. A body that no readable signature speaks of is not read. MimeKit's verifiers are not used: they take <c>x=</c> and the key's
/// flags for nothing and answer yes or no.
/// </summary>
public static class MessageSignatures
{
    /// <summary>Verifies.</summary>
    /// <param name="message">The message from its first octet, lines ended by CRLF; read once.</param>
    /// <param name="dns">Look-ups.</param>
    /// <param name="now">The time, for <c>x=</c>.</param>
    /// <param name="kept">Keys of earlier messages; null for none.</param>
    /// <param name="deadline">Ends the waiting for DNS: what is missing then is a temporary error.</param>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public static async ValueTask<MessageSignatureResults> VerifyAsync(Stream message, IDnsResolver dns, DateTimeOffset now, DkimKeyCache? kept, CancellationToken deadline)
    {
        using var head = await MessageHead.ReadAsync(message).ConfigureAwait(false);
        if (head.Fields is not { } fields)
            return new([new DkimResult(DkimStatus.PermError, "", "") { Reason = "the header is too large" }], ArcResult.None);
        var dkim = new DkimVerification(fields, now);
        var arc = new ArcValidation(fields, now);

        // 1. The keys, all at once.
        var keys = new KeyRing(dns, kept, deadline);
        var toHash = dkim.Readable.ToList();
        foreach (var signature in toHash)
            keys.Ask(signature.KeyName);
        arc.Ask(keys);

        // 2. The body, while they are looked up.
        if (arc.Newest is { } newest)
            toHash.Add(newest);
        using var bodies = new BodyHashes(toHash);
        if (toHash.Count > 0)
            await bodies.ReadAsync(head.Body, message).ConfigureAwait(false);

        // 3. The signatures.
        var headers = new HeaderHash(fields);
        var results = await dkim.ConcludeAsync(keys, bodies, headers).ConfigureAwait(false);
        return new(results, await arc.ConcludeAsync(keys, bodies, headers).ConfigureAwait(false));
    }
}
