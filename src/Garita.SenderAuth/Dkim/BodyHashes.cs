using System.Buffers;

namespace Garita.SenderAuth.Dkim;

/// <summary>The body hashes that the signatures of a message need, made in one pass: one for each canonical form, whatever the number of signatures.</summary>
internal sealed class BodyHashes : IDisposable
{
    private const int PieceOctets = 16 * 1024;

    private readonly BodyHash?[] _forms = new BodyHash?[2];

    /// <summary>Begins what these signatures need.</summary>
    internal BodyHashes(IReadOnlyCollection<DkimSignature> signatures)
    {
        for (var form = Canonicalization.Simple; form <= Canonicalization.Relaxed; form++)
        {
            var needed = signatures.Where(signature => signature.BodyForm == form).ToArray();
            if (needed.Length == 0)
                continue;
            _forms[(int)form] = new BodyHash(form, [.. needed.Where(static one => one.Length is not null).Select(static one => one.Length!.Value).Distinct().Order()]);
        }
    }

    private BodyHashes(Canonicalization form) => _forms[(int)form] = new BodyHash(form, []);

    /// <summary>The hash of a whole body in the relaxed form: what we sign.</summary>
    /// <param name="begun">What was read of it already.</param>
    /// <param name="rest">The rest.</param>
    internal static async ValueTask<byte[]> OfWholeAsync(ReadOnlyMemory<byte> begun, Stream rest)
    {
        using var bodies = new BodyHashes(Canonicalization.Relaxed);
        await bodies.ReadAsync(begun, rest).ConfigureAwait(false);
        return bodies._forms[(int)Canonicalization.Relaxed]!.Of(null)!;
    }

    /// <summary>Reads the body.</summary>
    /// <param name="begun">What was read of it already.</param>
    /// <param name="rest">The rest.</param>
    internal async ValueTask ReadAsync(ReadOnlyMemory<byte> begun, Stream rest)
    {
        Append(begun.Span);
        var piece = ArrayPool<byte>.Shared.Rent(PieceOctets);
        try
        {
            int read;
            while ((read = await rest.ReadAsync(piece, CancellationToken.None).ConfigureAwait(false)) > 0)
                Append(piece.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        foreach (var form in _forms)
            form?.Finish();
    }

    /// <summary>The hash that a signature speaks of; null where the body is shorter than it says.</summary>
    internal byte[]? Of(DkimSignature signature) => _forms[(int)signature.BodyForm]!.Of(signature.Length);

    /// <summary>Whether a signature ends before the body does.</summary>
    internal bool LeavesUncovered(DkimSignature signature) => signature.Length < _forms[(int)signature.BodyForm]!.Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var form in _forms)
            form?.Dispose();
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        foreach (var form in _forms)
            form?.Append(piece);
    }
}
