using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Evidence.Message;

/// <summary>
/// A sealed letter as a stream, from its first octet, with the line ends it will be relayed with: a bare LF becomes CRLF, a bare CR a space.
/// So that what is verified and scanned is what the mail server gets. Reading only; several may be made of one letter, one after the other.
/// </summary>
public sealed class LetterStream : Stream
{
    private readonly long _length;
    private readonly Func<long, ValueTask<ReadOnlyMemory<byte>>> _read;
    private ReadOnlyMemory<byte> _piece;
    private long _offset;
    private bool _afterCr;
    private bool _owesLf;

    /// <summary>Makes a stream of a letter.</summary>
    /// <param name="letter">The letter; outlives the stream.</param>
    public LetterStream(ILetter letter)
        : this((letter ?? throw new ArgumentNullException(nameof(letter))).Length, letter.ReadAsync)
    {
    }

    /// <summary>Makes a stream of what is read like a letter.</summary>
    /// <param name="length">Its octets.</param>
    /// <param name="read">Reads a piece at a place; it stays as it is until the next call.</param>
    internal LetterStream(long length, Func<long, ValueTask<ReadOnlyMemory<byte>>> read)
    {
        _length = length;
        _read = read;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var filled = 0;
        while (filled == 0 && !buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_piece.IsEmpty && _offset < _length)
            {
                _piece = await _read(_offset).ConfigureAwait(false);
                if (_piece.IsEmpty)
                    throw new IOException("the message is shorter than what was received");
                _offset += _piece.Length;
            }

            filled = Fill(buffer.Span);
            if (filled == 0 && _piece.IsEmpty && _offset >= _length)
                break;
        }

        return filled;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    /// <remarks>Blocks where the letter is in a file: for readers that know no other way, on a thread of the pool.</remarks>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var reading = ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None);
        return reading.IsCompletedSuccessfully ? reading.Result : reading.AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Fill(Span<byte> to)
    {
        var filled = 0;
        var from = _piece.Span;
        while (filled < to.Length)
        {
            if (_owesLf)
            {
                to[filled++] = (byte)'\n';
                _owesLf = false;
                continue;
            }

            // A CR is held back until it is known what follows it; at the end of the message it stands alone.
            if (_afterCr)
            {
                if (from.IsEmpty && _offset < _length)
                    break;
                _afterCr = false;
                if (!from.IsEmpty && from[0] == '\n')
                {
                    to[filled++] = (byte)'\r';
                    _owesLf = true;
                    from = from[1..];
                }
                else
                {
                    to[filled++] = (byte)' ';
                }

                continue;
            }

            if (from.IsEmpty)
                break;
            var plain = from.IndexOfAny((byte)'\r', (byte)'\n');
            var run = Math.Min(plain < 0 ? from.Length : plain, to.Length - filled);
            from[..run].CopyTo(to[filled..]);
            filled += run;
            from = from[run..];
            if (run != plain)
                continue;
            if (filled == to.Length)
                break;
            _afterCr = from[0] == '\r';
            if (!_afterCr)
            {
                to[filled++] = (byte)'\r';
                _owesLf = true;
            }

            from = from[1..];
        }

        _piece = _piece[^from.Length..];
        return filled;
    }
}
