using System.Buffers;
using System.Security.Cryptography;

namespace Garita.Gateway.Relay.Letters;

/// <summary>A message that is kept in a file, or in a part of one, as the relay reads it. Written by nobody any more; not thread-safe.</summary>
/// <param name="file">The file; disposed with the letter.</param>
/// <param name="read">Reads the file at a place; 0 at its end.</param>
/// <param name="start">Where the message begins.</param>
/// <param name="length">Its octets.</param>
internal sealed class StoredLetter(IDisposable file, Func<Memory<byte>, long, ValueTask<int>> read, long start, long length) : ILetter
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
        var filled = 0;
        while (filled < head.Length && await read(head.AsMemory(filled), start + filled) is > 0 and var count)
            filled += count;
        return head.AsMemory(0, filled);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset)
    {
        ObjectDisposedException.ThrowIf(_piece is null, this);
        var most = (int)Math.Min(Piece, Length - offset);
        return most <= 0 ? default : _piece.AsMemory(0, await read(_piece.AsMemory(0, most), start + offset));
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
