namespace Garita.Protocols.Smtp;

/// <summary>What <see cref="CommandLineReader.Read"/> found.</summary>
public enum LineStatus : byte
{
    /// <summary>The end of the line is not here yet.</summary>
    Incomplete,
    /// <summary>A whole line.</summary>
    Line,
    /// <summary>A line that ended (CRLF seen) after more octets than allowed; it was thrown away.</summary>
    TooLong,
    /// <summary>An LF without CR before it (RFC 5321 §2.3.8); what was consumed ends with it.</summary>
    BareNewline,
    /// <summary>A line that ended (CRLF seen) and holds a NUL.</summary>
    Nul,
}

/// <summary>
/// Finds command lines (RFC 5321 §2.3.8, §4.5.3.1.4): the first LF decides, and only CR LF makes a line. The result is the same however
/// the octets are cut. It keeps no octets: they stay in the caller's buffer, which must hold at least the limit, and an over-long line is
/// discarded without buffering. It is 8 octets of state, because thousands of idle sessions hold one.
/// </summary>
public struct CommandLineReader
{
    private int _scanned; // octets at the start of the input that hold no LF
    private bool _discarding;
    private bool _endsInCr; // only while discarding: whether the last octet thrown away was CR

    /// <summary>Whether the rest of an over-long line is being thrown away.</summary>
    internal readonly bool IsDiscarding => _discarding;

    /// <summary>Looks for the end of the line.</summary>
    /// <param name="input">All octets since the start of the line; while <see cref="IsDiscarding"/>, only those not seen yet.</param>
    /// <param name="limit">The most octets the line may have, with its CRLF.</param>
    /// <param name="line">The line without CRLF when the status is <see cref="LineStatus.Line"/>, else empty.</param>
    /// <param name="consumed">Octets to drop from the front of the buffer: the line with its end, 0 while it may still fit, or all that is discarded.</param>
    public LineStatus Read(ReadOnlySpan<byte> input, int limit, out ReadOnlySpan<byte> line, out int consumed)
    {
        line = default;
        var from = _discarding ? 0 : Math.Min(_scanned, input.Length);
        var found = input[from..].IndexOf((byte)'\n');
        if (found < 0)
        {
            consumed = 0;
            if (_discarding || input.Length >= limit)
            {
                if (!input.IsEmpty)
                    _endsInCr = input[^1] == (byte)'\r';
                _discarding = true;
                _scanned = 0;
                consumed = input.Length;
            }
            else
            {
                _scanned = input.Length;
            }

            return LineStatus.Incomplete;
        }

        var newline = from + found;
        consumed = newline + 1;
        var afterCr = newline > 0 ? input[newline - 1] == (byte)'\r' : _discarding && _endsInCr;
        var tooLong = _discarding || consumed > limit;
        Reset();
        if (!afterCr)
            return LineStatus.BareNewline;
        if (tooLong)
            return LineStatus.TooLong;

        var text = input[..(newline - 1)];
        if (text.Contains((byte)0))
            return LineStatus.Nul;

        line = text;
        return LineStatus.Line;
    }

    /// <summary>Begins anew at the start of a line.</summary>
    public void Reset() => this = default;
}
