namespace Garita.Protocols.Smtp;

/// <summary>
/// Reads the replies of a server that may be hostile (RFC 5321 §4.2): first digit 2 to 5, the same code on all lines, CRLF
/// only, no NUL, and bounds on each line, their number and the whole (in DESIGN's terms 1,024 octets, 64 lines, 16 KiB).
/// It goes octet by octet, so that a cut can change nothing; replies are short. It does not look at what the text says.
/// </summary>
public sealed class ReplyReader
{
    /// <summary>Octets of a line with its CRLF (RFC 5321 §4.5.3.1.5 has 512; real servers exceed it).</summary>
    public const int MaxLine = 1024;

    /// <summary>Lines of a reply.</summary>
    public const int MaxLines = 64;

    /// <summary>Octets of a reply with its line ends.</summary>
    public const int MaxReply = 16 * 1024;

    private const int CodeDigits = 3;

    private readonly List<string> _lines = [];
    private readonly byte[] _line = new byte[MaxLine];
    private ReplyStatus _failure;
    private int _at;
    private int _total;
    private int _code;
    private bool _carriageReturn;
    private byte _separator;

    /// <summary>The reply, after <see cref="ReplyStatus.Reply"/> and until the next call.</summary>
    public ServerReply? Reply { get; private set; }

    /// <summary>Reads the next octets.</summary>
    /// <param name="input">What came, in any cutting.</param>
    /// <param name="consumed">Octets taken; what is left after a reply belongs to the next one.</param>
    /// <returns>
    /// <see cref="ReplyStatus.Reply"/> when one is complete. A failure stays until <see cref="Reset"/>, which is for a new connection.
    /// </returns>
    public ReplyStatus Read(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        Reply = null;
        while (_failure == ReplyStatus.Incomplete && consumed < input.Length)
        {
            var octet = input[consumed++];
            // Counted before it is looked at: an endless reply fails whatever it says (CVE-2020-8794 and its like).
            if (++_at > MaxLine || ++_total > MaxReply || (_at == 1 && _lines.Count == MaxLines))
                _failure = ReplyStatus.TooLong;
            else if (!Accept(octet, out var ended))
                _failure = ReplyStatus.Malformed;
            else if (ended && EndLine())
                return ReplyStatus.Reply;
        }
        return _failure;
    }

    /// <summary>Forgets a reply that was begun, and a failure.</summary>
    public void Reset()
    {
        Reply = null;
        _failure = ReplyStatus.Incomplete;
        BeginReply();
    }

    /// <summary>Takes the octet at <see cref="_at"/> (from 1); false when the grammar has none such there.</summary>
    private bool Accept(byte octet, out bool ended)
    {
        ended = false;
        if (_carriageReturn)
        {
            ended = octet == '\n';
            return ended;
        }
        if (octet is 0 or (byte)'\n')
            return false;
        _line[_at - 1] = octet;
        if (_at <= CodeDigits)
            return AcceptDigit(octet);
        _carriageReturn = octet == '\r';
        if (_at > CodeDigits + 1)
            return true;
        // RFC 5321 §4.2: a code alone on its line is to be accepted; it is the last one.
        _separator = _carriageReturn ? (byte)' ' : octet;
        return _separator is (byte)' ' or (byte)'-';
    }

    private bool AcceptDigit(byte octet)
    {
        var digit = octet - '0';
        if (_at == 1 ? digit is < 2 or > 5 : digit is < 0 or > 9)
            return false;
        if (_lines.Count == 0)
        {
            _code = (_code * 10) + digit;
            return true;
        }
        // RFC 5321 §4.2.1: the code is the same on every line.
        return digit == _at switch { 1 => _code / 100, 2 => _code / 10 % 10, _ => _code % 10 };
    }

    /// <summary>Takes over a line; true when it was the last.</summary>
    private bool EndLine()
    {
        var end = _at - "\r\n".Length;
        var start = Math.Min(CodeDigits + 1, end);
        _lines.Add(string.Create(end - start, _line.AsSpan(start, end - start), static (text, octets) =>
        {
            for (var i = 0; i < octets.Length; i++)
                text[i] = char.IsControl((char)octets[i]) ? '?' : (char)octets[i];
        }));
        _at = 0;
        _carriageReturn = false;
        if (_separator == '-')
            return false;
        Reply = new ServerReply(_code, _lines.ToArray());
        BeginReply();
        return true;
    }

    private void BeginReply()
    {
        _lines.Clear();
        _at = 0;
        _total = 0;
        _code = 0;
        _carriageReturn = false;
    }
}
