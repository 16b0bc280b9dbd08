using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// What DATA carries of a delivery: added fields, then the letter without its omitted ranges, written anew by
/// <see cref="DataWriter"/>, so that the server sees CRLF line ends and one final dot whatever came in.
/// </summary>
internal sealed class LetterContent(Delivery delivery)
{
    private DataWriter _writer = new(normalize: true);
    private ReadOnlyMemory<byte> _added = delivery.AddedFields;
    private ReadOnlyMemory<byte> _piece;
    private long _offset;
    private int _omitted;

    /// <summary>Whether the final dot has been written.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Octets that the last <see cref="FillAsync"/> put into the buffer.</summary>
    internal int Filled { get; private set; }

    /// <summary>Fills a buffer as far as there is content.</summary>
    /// <exception cref="IOException">The letter cannot be read back.</exception>
    internal async ValueTask FillAsync(Memory<byte> buffer)
    {
        var used = Math.Min(_added.Length, buffer.Length);
        _added[..used].CopyTo(buffer);
        _added = _added[used..];
        while (used < buffer.Length && !IsComplete)
        {
            if (_piece.IsEmpty)
                await NextAsync();
            IsComplete = _writer.Write(_piece.Span, _offset >= delivery.Letter.Length, buffer.Span[used..], out var consumed, out var written);
            _piece = _piece[consumed..];
            used += written;
        }
        Filled = used;
    }

    /// <summary>Reads on, past what is omitted, up to what will be.</summary>
    private async ValueTask NextAsync()
    {
        while (_omitted < delivery.Omitted.Count && delivery.Omitted[_omitted].Offset <= _offset)
        {
            var (start, length) = delivery.Omitted[_omitted++];
            _offset = Math.Max(_offset, (long)start + length);
        }
        if (_offset >= delivery.Letter.Length)
            return;
        _piece = await delivery.Letter.ReadAsync(_offset);
        if (_piece.IsEmpty)
            throw new IOException("the message is shorter than what was received");
        if (_omitted < delivery.Omitted.Count)
        {
            var until = delivery.Omitted[_omitted].Offset - _offset;
            if (until < _piece.Length)
                _piece = _piece[..(int)until];
        }
        _offset += _piece.Length;
    }
}
