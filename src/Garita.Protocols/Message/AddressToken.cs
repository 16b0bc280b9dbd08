using System.Buffers;

namespace Garita.Protocols.Message;

/// <summary>What an address field is made of.</summary>
internal enum AddressTokenKind : byte
{
    End,
    Atom,
    Quoted,
    Literal,
    /// <summary>One of <c>. @ , : ; &lt; &gt;</c>.</summary>
    Mark,
    /// <summary>Anything that can't be here, among it a comment, quoted string or literal that never closes.</summary>
    Bad,
}

/// <summary>
/// Takes an address field apart (RFC 5322 §3.2, RFC 6532 §3.2), forward only: each octet is looked at once or twice. Encoded words are
/// atoms like others and stay as they are.
/// </summary>
internal ref struct AddressLexer
{
    // RFC 5322 §3.2.3 atext, and what RFC 6532 §3.2 adds.
    private static readonly SearchValues<byte> Atext = SearchValues.Create(
        [.. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"u8, .. Enumerable.Range(128, 128).Select(octet => (byte)octet)]);

    private const int MaxLiteral = 255;

    private readonly ReadOnlySpan<byte> _value;
    private int _at;

    internal AddressLexer(ReadOnlySpan<byte> value)
    {
        _value = value;
        Next();
    }

    internal AddressTokenKind Kind { get; private set; }

    /// <summary>The token; of quoted strings and literals what is within, still with backslashes.</summary>
    internal ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Whether white space or a comment stands before the token.</summary>
    internal bool IsSpaced { get; private set; }

    /// <summary>Where the token begins.</summary>
    internal int Start { get; private set; }

    internal readonly bool Is(char mark) => Kind == AddressTokenKind.Mark && Text[0] == mark;

    /// <summary>Goes on to the next token.</summary>
    internal void Next()
    {
        var before = _at;
        var closed = SkipSpaceAndComments();
        IsSpaced = _at > before;
        Start = _at;
        if (!closed)
        {
            Take(AddressTokenKind.Bad, _value.Length - _at, 0);
            return;
        }
        if (_at == _value.Length)
        {
            Take(AddressTokenKind.End, 0, 0);
            return;
        }
        switch (_value[_at])
        {
            case (byte)'"':
                var end = QuotedString.End(_value, _at);
                Take(end == _at + 1 ? AddressTokenKind.Bad : AddressTokenKind.Quoted, end - _at, 1);
                break;
            case (byte)'[':
                // Looked for no further than a literal can reach: 64 KiB of opening brackets are to cost no more than other text.
                var inside = _value.Slice(_at + 1, Math.Min(_value.Length - _at - 1, MaxLiteral));
                var close = inside.IndexOfAny((byte)'[', (byte)']', (byte)'\\');
                var isLiteral = close >= 0 && inside[close] == ']';
                Take(isLiteral ? AddressTokenKind.Literal : AddressTokenKind.Bad, isLiteral ? close + 2 : 1, isLiteral ? 1 : 0);
                break;
            case (byte)'\\':
                // A quoted pair has no place here, but keeps its octet from opening a string, as everywhere.
                Take(AddressTokenKind.Bad, Math.Min(2, _value.Length - _at), 0);
                break;
            case (byte)'.' or (byte)'@' or (byte)',' or (byte)':' or (byte)';' or (byte)'<' or (byte)'>':
                Take(AddressTokenKind.Mark, 1, 0);
                break;
            default:
                var atom = _value[_at..].IndexOfAnyExcept(Atext);
                atom = atom < 0 ? _value.Length - _at : atom;
                Take(atom == 0 ? AddressTokenKind.Bad : AddressTokenKind.Atom, Math.Max(atom, 1), 0);
                break;
        }
    }

    private void Take(AddressTokenKind kind, int length, int delimiter)
    {
        Kind = kind;
        Text = length >= 2 * delimiter ? _value.Slice(_at + delimiter, length - (2 * delimiter)) : default;
        _at += length;
    }

    // RFC 5322 §3.2.2: CFWS; a bare CR counts as the space it becomes. Depth is a number here, AddressShape judges it.
    private bool SkipSpaceAndComments()
    {
        var depth = 0;
        while (_at < _value.Length)
        {
            var octet = _value[_at];
            if (depth == 0 && octet is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'('))
                return true;
            if (octet == '(')
                depth++;
            else if (octet == ')')
                depth--;
            else if (octet == '\\' && depth > 0)
                _at++;
            _at++;
        }
        _at = Math.Min(_at, _value.Length);
        return depth == 0;
    }
}
