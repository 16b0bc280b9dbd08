using System.Runtime.InteropServices;
using System.Text;

namespace Garita.Protocols.Smtp;

/// <summary>
/// Reads the octets after 354 up to CRLF "." CRLF and gives the content as received, without transparency dots
/// (RFC 5321 §4.1.1.4, §4.5.2). It never repairs: bare CR and LF stay in the content, so that evidence sees what the
/// sender signed; <see cref="DataWriter"/> normalises on the way out.
/// </summary>
/// <remarks>
/// A server that takes another line end than CRLF for the end of a message lets a sender smuggle a second one past
/// whoever is strict. So a line of one dot that <em>some</em> reader could see as a line of its own (after a bare LF or
/// CR, or before one), and any NUL, which some readers drop, stop the reading for good. A CR before CRLF "." CRLF is no
/// such case: all readers end there.
/// The state is an enumeration and nothing is buffered: each octet is written as it is read, but for a dot at the
/// start of a line, which is either dropped or not content. The result does not depend on how the input is cut.
/// Mutable struct: keep it in a field, pass it by reference.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct DataReader
{
    private const int LongLineOctets = 998;
    private const int OverlongLineOctets = 8192;
    private const byte Nul = 0;
    private const byte Lf = (byte)'\n';
    private const byte Cr = (byte)'\r';
    private const byte Dot = (byte)'.';

    private enum State : byte
    {
        /// <summary>After a CRLF, or at the very start (the CRLF of the DATA line is before it).</summary>
        LineStart,
        Text,
        /// <summary>After a CR; an LF makes it a line end.</summary>
        Cr,
        /// <summary>After an LF that had no CR.</summary>
        BareStart,
        /// <summary>After a bare CR or LF and a dot, which is content unless a line end follows.</summary>
        BareDot,
        /// <summary>After CRLF and a dot, which is not written.</summary>
        Dot,
        /// <summary>After CRLF, a dot and a CR.</summary>
        DotCr,
        Ended,
        Stopped,
    }

    private State _state;
    private DataFindings _findings;
    private int _longest;
    private int _line;
    private long _octets;

    /// <summary>What was found so far.</summary>
    public readonly DataFindings Findings => _findings;

    /// <summary>Octets of content written so far.</summary>
    public readonly long Octets => _octets;

    /// <summary>
    /// Octets of the longest line so far, without its line end and transparency dot. A bare LF ends a line and a bare CR
    /// does not, as <see cref="DataWriter"/> sends them.
    /// </summary>
    public readonly int LongestLine => _longest;

    /// <summary>Reads the next octets.</summary>
    /// <param name="input">What came, in any cutting.</param>
    /// <param name="output">Where content goes; at least 1 octet, and as long as the input to take it whole.</param>
    /// <param name="consumed">Octets of the input that were taken.</param>
    /// <param name="written">Octets of content put into the output; also with <see cref="DataStatus.End"/> and <see cref="DataStatus.Stop"/>.</param>
    /// <returns>Why it returned; <see cref="DataStatus.End"/> and <see cref="DataStatus.Stop"/> are final.</returns>
    public DataStatus Read(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        var status = DataStatus.NeedMore;
        while (true)
        {
            if (_state >= State.Dot)
            {
                status = ReadHeldDot(input, output.Length > written, ref consumed);
                if (status != DataStatus.NeedMore || _state >= State.Dot)
                    break;
            }
            if (consumed == input.Length)
                break;
            if (written == output.Length)
            {
                status = DataStatus.OutputFull;
                break;
            }
            // Each octet of input makes at most one of content: what fits into the output is scanned in place and copied at once.
            var run = input.Slice(consumed, Math.Min(input.Length - consumed, output.Length - written));
            var content = Scan(run);
            Copy(run[..content], output[written..]);
            written += content;
            consumed += _state >= State.Dot ? content + 1 : content;
        }
        NoteLine(_state == State.Cr ? _line - 1 : _line);
        return status;
    }

    /// <summary>Decides on a dot after CRLF, which was taken and not written; leaves an octet of content to be read as the line's first.</summary>
    private DataStatus ReadHeldDot(ReadOnlySpan<byte> input, bool room, ref int consumed)
    {
        while (_state < State.Ended)
        {
            if (consumed == input.Length)
                return DataStatus.NeedMore;
            var octet = input[consumed];
            if (_state == State.DotCr)
            {
                // RFC 5321 §4.1.1.4: CRLF.CRLF and nothing else; CRLF.CR is a line of one dot to who takes CR for a line end.
                if (octet == Lf)
                    _state = State.Ended;
                else
                    Stop(octet == Nul ? DataFindings.Nul : DataFindings.MisframedDot);
                consumed++;
            }
            else if (octet is Cr)
            {
                _state = State.DotCr;
                consumed++;
            }
            else if (octet is Lf or Nul)
            {
                Stop(octet == Nul ? DataFindings.Nul : DataFindings.MisframedDot);
                consumed++;
            }
            else if (!room)
            {
                return DataStatus.OutputFull;
            }
            else
            {
                // RFC 5321 §4.5.2: the first dot of a longer line is deleted, whatever follows (a second dot is content).
                _state = State.Text;
                return DataStatus.NeedMore;
            }
        }
        return _state == State.Ended ? DataStatus.End : DataStatus.Stop;
    }

    /// <summary>
    /// Goes through content until the run ends, or an octet (not counted, but taken) changes the state to a held dot or a stop.
    /// </summary>
    private int Scan(ReadOnlySpan<byte> run)
    {
        var at = 0;
        while (at < run.Length)
        {
            if (_state == State.Text)
            {
                var text = run[at..].IndexOfAny(Nul, Cr, Lf);
                if (text < 0)
                {
                    Lengthen(run.Length - at);
                    return run.Length;
                }
                Lengthen(text);
                at += text;
                // The ordinary line: CRLF, and a next one that begins with no dot, control or line end.
                if (at + 2 < run.Length && run[at] == Cr && run[at + 1] == Lf)
                {
                    EndLine(_line);
                    at += 2;
                    if (run[at] <= Dot)
                        _state = State.LineStart;
                    continue;
                }
            }
            var octet = run[at];
            if (octet == Nul)
            {
                Stop(DataFindings.Nul);
                return at;
            }
            if (_state == State.BareDot && octet is Cr or Lf)
            {
                Stop(DataFindings.MisframedDot);
                return at;
            }
            if (_state == State.LineStart && octet == Dot)
            {
                _state = State.Dot;
                return at;
            }
            Step(octet);
            at++;
        }
        return at;
    }

    /// <summary>One octet of content outside of ordinary text.</summary>
    private void Step(byte octet)
    {
        var afterCr = _state == State.Cr;
        if (octet == Lf)
        {
            EndLine(afterCr ? _line - 1 : _line);
            _state = afterCr ? State.LineStart : State.BareStart;
            if (!afterCr)
                _findings |= DataFindings.BareLf;
            return;
        }
        if (afterCr)
            _findings |= DataFindings.BareCr;
        Lengthen(1);
        _state = octet switch
        {
            Cr => State.Cr,
            Dot when afterCr || _state == State.BareStart => State.BareDot,
            _ => State.Text,
        };
    }

    private void Copy(ReadOnlySpan<byte> content, Span<byte> output)
    {
        content.CopyTo(output);
        _octets += content.Length;
        if ((_findings & DataFindings.EightBit) == DataFindings.None && !Ascii.IsValid(content))
            _findings |= DataFindings.EightBit;
    }

    // Saturates: a line of gigabytes has no end.
    private void Lengthen(int octets) => _line = (int)Math.Min((long)_line + octets, int.MaxValue);

    private void EndLine(int octets)
    {
        NoteLine(octets);
        _line = 0;
    }

    private void NoteLine(int octets)
    {
        if (octets <= _longest)
            return;
        _longest = octets;
        if (octets > LongLineOctets)
            _findings |= octets > OverlongLineOctets ? DataFindings.LongLine | DataFindings.OverlongLine : DataFindings.LongLine;
    }

    private void Stop(DataFindings why)
    {
        _findings |= why;
        _state = State.Stopped;
    }
}
