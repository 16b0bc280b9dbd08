using System.Buffers;
using System.Security.Cryptography;

namespace Garita.SenderAuth.Dkim;

/// <summary>
/// SHA-256 of a body in one canonical form (RFC 6376 §3.4.3, §3.4.4), at every length that signatures ask for, in one pass and however the body
/// is cut into pieces. Empty lines are counted, not kept, until something follows them: a body of nothing else takes no memory.
/// </summary>
internal sealed class BodyHash : IDisposable
{
    private const int RoomOctets = 4096;

    private static readonly byte[] LineEnds = [.. Enumerable.Repeat("\r\n"u8.ToArray(), 512).SelectMany(static end => end)];
    private static readonly SearchValues<byte> NoText = SearchValues.Create(" \t\r\n"u8);

    private readonly Canonicalization _form;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long[] _lengths;
    private readonly byte[][] _hashes;
    private readonly byte[] _room;
    private byte[] _whole = [];
    private int _filled;
    private int _next;
    private long _lines;
    private bool _afterCr;
    private bool _afterSpace;

    /// <summary>Begins.</summary>
    /// <param name="form">The form.</param>
    /// <param name="lengths">Lengths at which a hash is wanted, beside that of the whole; ascending, each once.</param>
    internal BodyHash(Canonicalization form, long[] lengths)
    {
        (_form, _lengths) = (form, lengths);
        _hashes = new byte[lengths.Length][];
        _room = form == Canonicalization.Relaxed ? ArrayPool<byte>.Shared.Rent(RoomOctets) : [];
    }

    /// <summary>Octets of the canonical body.</summary>
    internal long Length { get; private set; }

    /// <summary>Takes the next piece.</summary>
    internal void Append(ReadOnlySpan<byte> piece)
    {
        if (_form == Canonicalization.Simple)
            AppendSimple(piece);
        else
            AppendRelaxed(piece);
    }

    /// <summary>Ends the body.</summary>
    internal void Finish()
    {
        // A carriage return that ends the body is no line end.
        if (_afterCr)
            Text([]);
        // RFC 6376 §3.4.3: an empty body is one line end in the simple form; §3.4.4: and nothing in the relaxed one.
        if (_form == Canonicalization.Simple || Length + _filled > 0)
            Emit("\r\n"u8);
        FlushRoom();
        _whole = _hash.GetHashAndReset();
    }

    /// <summary>The hash of the first octets, or of all.</summary>
    /// <param name="length">How many, one of the lengths asked for; null for all.</param>
    /// <returns>Null where the body has fewer.</returns>
    internal byte[]? Of(long? length) => length is not { } octets ? _whole : _hashes[Array.BinarySearch(_lengths, octets)];

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        if (_room.Length > 0)
            ArrayPool<byte>.Shared.Return(_room);
    }

    private void AppendSimple(ReadOnlySpan<byte> piece)
    {
        // All up to the last octet of text goes in one go; only the line ends behind it may turn out to be the end.
        var text = piece.LastIndexOfAnyExcept((byte)'\r', (byte)'\n') + 1;
        if (text > 0)
        {
            if (_afterCr && piece[0] == '\n')
            {
                _afterCr = false;
                _lines++;
                piece = piece[1..];
                text--;
            }

            Text(piece[..text]);
            piece = piece[text..];
        }

        LineEnd(piece);
    }

    private void AppendRelaxed(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            // Most lines are relaxed already. Tried once a line, so that no line is searched more than twice.
            if (_lines > 0 && !_afterCr && !_afterSpace && RelaxedLine(piece) is > 0 and var line)
            {
                Text(piece[..line]);
                piece = piece[line..];
            }

            var text = piece.IndexOfAny(NoText);
            if (text != 0)
            {
                text = text < 0 ? piece.Length : text;
                Text(piece[..text]);
                piece = piece[text..];
                continue;
            }

            if (piece[0] is (byte)' ' or (byte)'\t')
            {
                if (_afterCr)
                    Text([]);
                _afterSpace = true;
                text = piece.IndexOfAnyExcept((byte)' ', (byte)'\t');
            }
            else
            {
                text = piece.IndexOfAnyExcept((byte)'\r', (byte)'\n');
                LineEnd(text < 0 ? piece : piece[..text]);
            }

            piece = text < 0 ? [] : piece[text..];
        }
    }

    // Octets of a line whose white space is single spaces with something behind each; 0 for any other, or one that goes on in the next piece.
    private static int RelaxedLine(ReadOnlySpan<byte> piece)
    {
        var end = piece.IndexOf((byte)'\r');
        if (end <= 0)
            return 0;
        var line = piece[..end];
        return line[^1] == ' ' || line.ContainsAny((byte)'\t', (byte)'\n') || line.IndexOf("  "u8) >= 0 ? 0 : end;
    }

    // Octets of nothing but CR and LF. One that stands alone is text.
    private void LineEnd(ReadOnlySpan<byte> ends)
    {
        foreach (var octet in ends)
        {
            if (octet == '\n' && _afterCr)
            {
                _afterCr = _afterSpace = false;
                _lines++;
            }
            else if (octet == '\n')
            {
                Text("\n"u8);
            }
            else
            {
                if (_afterCr)
                    Text([]);
                _afterCr = true;
            }
        }
    }

    // What was held back stands before text after all.
    private void Text(ReadOnlySpan<byte> text)
    {
        while (_lines > 0)
        {
            var some = (int)Math.Min(_lines, LineEnds.Length / 2);
            Emit(LineEnds.AsSpan(0, some * 2));
            _lines -= some;
        }

        if (_afterSpace)
            Emit(" "u8);
        if (_afterCr)
            Emit("\r"u8);
        _afterSpace = _afterCr = false;
        Emit(text);
    }

    private void Emit(ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= _room.Length)
        {
            if (octets.Length > _room.Length - _filled)
                FlushRoom();
            octets.CopyTo(_room.AsSpan(_filled));
            _filled += octets.Length;
            return;
        }

        FlushRoom();
        Hash(octets);
    }

    private void FlushRoom()
    {
        Hash(_room.AsSpan(0, _filled));
        _filled = 0;
    }

    private void Hash(ReadOnlySpan<byte> octets)
    {
        while (_next < _lengths.Length && _lengths[_next] - Length <= octets.Length)
        {
            var some = (int)(_lengths[_next] - Length);
            _hash.AppendData(octets[..some]);
            Length += some;
            octets = octets[some..];
            TakeHash();
        }

        _hash.AppendData(octets);
        Length += octets.Length;
    }

    private void TakeHash() => _hashes[_next++] = _hash.GetCurrentHash();
}
