namespace Garita.Gateway.Relay.Backends;

/// <summary>The octets of a delivery in order: added fields, then the letter without the ranges that are left out.</summary>
internal sealed class LetterPieces(Delivery delivery)
{
    private bool _addedGiven;
    private long _offset;
    private int _omitted;

    /// <summary>The next piece, valid until the next call, and whether it is the last.</summary>
    internal async ValueTask<(ReadOnlyMemory<byte> Piece, bool IsLast)> NextAsync()
    {
        if (!_addedGiven)
        {
            _addedGiven = true;
            if (!delivery.AddedFields.IsEmpty)
                return (delivery.AddedFields, false);
        }

        while (_omitted < delivery.Omitted.Count && _offset >= delivery.Omitted[_omitted].Offset)
        {
            _offset = Math.Max(_offset, delivery.Omitted[_omitted].Offset + (long)delivery.Omitted[_omitted].Length);
            _omitted++;
        }

        if (_offset >= delivery.Letter.Length)
            return (ReadOnlyMemory<byte>.Empty, true);
        var piece = await delivery.Letter.ReadAsync(_offset);
        if (_omitted < delivery.Omitted.Count && delivery.Omitted[_omitted].Offset - _offset < piece.Length)
            piece = piece[..(int)(delivery.Omitted[_omitted].Offset - _offset)];
        _offset += piece.Length;
        return (piece, _offset >= delivery.Letter.Length);
    }
}
