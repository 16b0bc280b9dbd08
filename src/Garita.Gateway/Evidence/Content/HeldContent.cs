using Garita.Gateway.Relay.Letters;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Content that is looked at as a whole, kept as letters are: in memory while it is small, then in a file, within the one budget. Blocks where it
/// is in a file: who looks into archives runs on a thread of the pool, and few do at once.
/// </summary>
internal sealed class HeldContent(ContentScan scan, ILetter letter) : IDisposable
{
    private ReadOnlyMemory<byte> _piece;
    private long _pieceAt;

    internal long Length => letter.Length;

    /// <summary>Takes the next octets.</summary>
    /// <returns>False when there is no room for them, and the scan has failed.</returns>
    internal bool Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (letter.GetRoom() is not { IsEmpty: false } room)
                return Fail();
            var count = Math.Min(room.Length, octets.Length);
            octets[..count].CopyTo(room.Span);
            octets = octets[count..];
            var advancing = letter.AdvanceAsync(count);
            if (!(advancing.IsCompletedSuccessfully ? advancing.Result : advancing.AsTask().GetAwaiter().GetResult()))
                return Fail();
        }

        return true;
    }

    internal void Seal()
    {
        var sealing = letter.SealAsync();
        if (!sealing.IsCompletedSuccessfully)
            sealing.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Reads from a place as much as there is, at most what fits.</summary>
    internal int ReadAt(long at, Span<byte> to)
    {
        var filled = 0;
        while (filled < to.Length && at < letter.Length)
        {
            if (at < _pieceAt || at >= _pieceAt + _piece.Length)
            {
                var reading = letter.ReadAsync(at);
                _piece = reading.IsCompletedSuccessfully ? reading.Result : reading.AsTask().GetAwaiter().GetResult();
                _pieceAt = at;
                if (_piece.IsEmpty)
                    break;
            }

            var from = _piece.Span[(int)(at - _pieceAt)..];
            var count = Math.Min(from.Length, to.Length - filled);
            from[..count].CopyTo(to[filled..]);
            filled += count;
            at += count;
        }

        return filled;
    }

    /// <summary>A part of it as a stream that can seek; several may be open.</summary>
    internal Stream Open(long at, long length) => new HeldStream(this, at, Math.Max(0, Math.Min(length, Length - at)));

    public void Dispose() => letter.Dispose();

    private bool Fail()
    {
        scan.Fail("no room to look into an archive");
        return false;
    }

    private sealed class HeldStream(HeldContent held, long start, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => _position = Math.Max(0, value); }

        public override int Read(Span<byte> buffer)
        {
            var left = length - _position;
            if (left <= 0)
                return 0;
            var count = held.ReadAt(start + _position, left < buffer.Length ? buffer[..(int)left] : buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) =>
            Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => length + offset };

        public override void Flush()
        {
            // Nothing is written.
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
