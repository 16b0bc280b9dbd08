using System.Buffers;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Decodes a body piece by piece as lenient readers do (RFC 2045 §6): junk is skipped, base64 goes on behind its padding, an equals sign that
/// begins no escape is itself. What strict readers would read differently is noted.
/// </summary>
internal sealed class TransferDecoder(TransferEncoding encoding)
{
    private int _bits;
    private int _held;
    private bool _isPadded;
    private readonly byte[] _pending = new byte[2];
    private int _pendingLength;
    private bool _isSoft;

    /// <summary>Whether decoders are known that would give something else.</summary>
    internal bool IsDoubtful { get; private set; }

    /// <summary>Decodes as much as there is room for.</summary>
    /// <param name="from">Octets of the body.</param>
    /// <param name="to">At least 64 octets of room.</param>
    /// <param name="written">Octets written.</param>
    /// <returns>Octets taken.</returns>
    internal int Decode(ReadOnlySpan<byte> from, Span<byte> to, out int written)
    {
        var most = Math.Min(from.Length, to.Length - 8);
        from = from[..most];
        switch (encoding)
        {
            case TransferEncoding.Base64:
                written = Base64(from, to);
                return most;
            case TransferEncoding.QuotedPrintable:
                written = QuotedPrintable(from, to);
                return most;
            default:
                // What is uuencoded names itself in its first line: whoever looks at the text finds it.
                from.CopyTo(to);
                written = most;
                return most;
        }
    }

    /// <summary>What is left at the end.</summary>
    internal int Finish(Span<byte> to)
    {
        if (encoding != TransferEncoding.QuotedPrintable || _pendingLength == 0)
            return 0;
        _pending.AsSpan(0, _pendingLength).CopyTo(to);
        return _pendingLength;
    }

    private int Base64(ReadOnlySpan<byte> from, Span<byte> to)
    {
        // Nearly all lines are clean: whole quanta and a line end.
        if (_held == 0 && !_isPadded)
        {
            var line = from.TrimEnd("\r\n"u8);
            if (line.Length % 4 == 0 && System.Buffers.Text.Base64.DecodeFromUtf8(line, to, out var taken, out var clean) == OperationStatus.Done && taken == line.Length)
            {
                _isPadded = !line.IsEmpty && line[^1] == '=';
                return clean;
            }
        }

        var written = 0;
        foreach (var octet in from)
        {
            if (octet == '=')
            {
                // RFC 2045 §6.8: the end; some decoders go on with what follows.
                _isPadded = true;
                _bits = _held = 0;
                continue;
            }

            var value = Base64Text.ValueOf(octet);
            if (value < 0)
                continue;
            if (_isPadded || octet is (byte)'-' or (byte)'_')
                IsDoubtful = true;
            _isPadded = false;
            _bits = ((_bits << 6) | value) & 0xFFFF;
            _held += 6;
            if (_held < 8)
                continue;
            _held -= 8;
            to[written++] = (byte)(_bits >> _held);
        }

        return written;
    }

    private int QuotedPrintable(ReadOnlySpan<byte> from, Span<byte> to)
    {
        var written = 0;
        foreach (var octet in from)
        {
            switch (_pendingLength)
            {
                case 0 when octet == '=':
                    _pending[_pendingLength++] = octet;
                    break;
                case 0:
                    to[written++] = octet;
                    break;
                case 1 when octet == '\n':
                    _pendingLength = 0;
                    _isSoft = false;
                    break;
                // RFC 2045 §6.7: white space may have been added before the line end.
                case 1 when octet is (byte)'\r' or (byte)' ' or (byte)'\t':
                    _isSoft = octet != '\r' || _isSoft;
                    break;
                case 1 when _isSoft:
                    IsDoubtful = true;
                    _isSoft = false;
                    to[written++] = (byte)'=';
                    _pendingLength = octet == '=' ? 1 : 0;
                    if (octet != '=')
                        to[written++] = octet;
                    break;
                case 1 when octet == '=':
                    // Some decoders take both for one, some for none.
                    IsDoubtful = true;
                    to[written++] = octet;
                    break;
                case 1 when char.IsAsciiHexDigit((char)octet):
                    _pending[_pendingLength++] = octet;
                    break;
                case 2 when char.IsAsciiHexDigit((char)octet):
                    to[written++] = (byte)((HexValue(_pending[1]) << 4) | HexValue(octet));
                    _pendingLength = 0;
                    break;
                default:
                    _pending.AsSpan(0, _pendingLength).CopyTo(to[written..]);
                    written += _pendingLength;
                    to[written++] = octet;
                    _pendingLength = 0;
                    break;
            }

            // An escape holds back two octets at most; the room has eight to spare.
        }

        return written;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
