using System.Buffers;
using System.Security.Cryptography;
using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Relay.Spool;

/// <summary>The message within a file of the spool, as the relay reads it.</summary>
internal sealed class SpoolLetter(ISpoolFile file, long start, long length) : ILetter
{
    private const int Piece = 64 * 1024;

    private byte[]? _piece = ArrayPool<byte>.Shared.Rent(Piece);

    /// <inheritdoc/>
    public long Length => length;

    /// <inheritdoc/>
    public Memory<byte>? GetRoom() => null;

    /// <inheritdoc/>
    public ValueTask<bool> AdvanceAsync(int count) => new(false);

    /// <inheritdoc/>
    public async ValueTask<byte[]> SealAsync()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < Length;)
        {
            var piece = await ReadAsync(at);
            if (piece.IsEmpty)
                throw new IOException("the message has become shorter");
            hash.AppendData(piece.Span);
            at += piece.Length;
        }

        return hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> HeadAsync(int most)
    {
        var head = new byte[Math.Min(most, Length)];
        var read = 0;
        while (read < head.Length && await file.ReadAsync(head.AsMemory(read), start + read) is > 0 and var count)
            read += count;
        return head.AsMemory(0, read);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset)
    {
        ObjectDisposedException.ThrowIf(_piece is null, this);
        var most = (int)Math.Min(Piece, Length - offset);
        return most <= 0 ? default : _piece.AsMemory(0, await file.ReadAsync(_piece.AsMemory(0, most), start + offset));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        if (_piece is { } piece)
            ArrayPool<byte>.Shared.Return(piece);
        _piece = null;
    }
}
