using System.Buffers;

namespace Garita.Demo;

/// <summary>
/// The end of DATA as careless servers see it: CR, LF and CRLF all end a line, NUL is as good as nothing, and a line that is a dot then is
/// the end. This is what makes SMTP smuggling possible; Garita's own reader is Garita.Protocols' <c>DataReader</c>.
/// </summary>
internal sealed class LenientDataReader
{
    /// <summary>More than this is nobody's demonstration.</summary>
    public const int MostOctets = 64 << 20;

    private readonly ArrayBufferWriter<byte> _content = new();
    private State _state = State.LineStart;
    private int _kept;

    private enum State
    {
        /// <summary>Nothing of the line was seen, but for NUL.</summary>
        LineStart,
        /// <summary>Inside a line.</summary>
        Line,
        /// <summary>Behind a CR that ended a line: an LF belongs to it.</summary>
        Cr,
        /// <summary>The line was a dot so far.</summary>
        Dot,
        /// <summary>Behind dot and CR: an LF belongs to it, anything else comes after the end.</summary>
        DotCr,
    }

    /// <summary>Whether the message was longer than is kept.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The message, dots unstuffed, else as it came.</summary>
    public byte[] Content => _content.WrittenSpan[.._kept].ToArray();

    /// <summary>Takes input.</summary>
    /// <param name="input">What came.</param>
    /// <param name="consumed">How much of it belongs to the message.</param>
    /// <returns>True at the end of the message.</returns>
    public bool Read(ReadOnlySpan<byte> input, out int consumed)
    {
        for (consumed = 0; consumed < input.Length; consumed++)
        {
            var octet = input[consumed];
            if (_state == State.DotCr)
            {
                if (octet == '\n')
                    consumed++;
                return true;
            }

            if (_state == State.Dot && octet == '\n')
            {
                consumed++;
                return true;
            }

            _state = Next(octet);
        }

        return false;
    }

    private State Next(byte octet)
    {
        if (_state == State.Dot)
        {
            if (octet == '\r')
                return State.DotCr;
            if (octet == 0)
                return State.Dot;
            // RFC 5321 §4.5.2: the first dot of a longer line was put there by the sender.
            Keep(octet);
            return State.Line;
        }

        if (octet == '\n')
        {
            Keep(octet);
            _kept = _content.WrittenCount;
            return State.LineStart;
        }

        var atStart = _state is State.LineStart or State.Cr;
        if (octet == '.' && atStart)
            return State.Dot;
        Keep(octet);
        // Kept only once something follows it in its line: before a dot that ends the message it is as good as nothing.
        if (octet == 0 && atStart)
            return State.LineStart;
        _kept = _content.WrittenCount;
        return octet == '\r' ? State.Cr : State.Line;
    }

    private void Keep(byte octet)
    {
        if (_content.WrittenCount < MostOctets)
            _content.Write([octet]);
        else
            IsTooLong = true;
    }
}
