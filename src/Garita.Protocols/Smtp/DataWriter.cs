using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Garita.Protocols.Smtp;

/// <summary>
/// Writes the content of a message as DATA carries it: only CRLF ends a line, dots are stuffed, CRLF "." CRLF ends it
/// (RFC 5321 §2.3.8, §4.1.1.4, §4.5.2). A bare LF becomes CRLF and a bare CR a space, so that the server behind has one
/// reading whatever it takes for a line end. Content without a final line end gets one; empty content is just the dot-line.
/// </summary>
/// <remarks>
/// Unlike the reader it holds back octets (a CR whose LF may follow, what found no room), at most six, in its own state. The
/// result does not depend on how the input and the output are cut. NUL is not looked for: <see cref="DataReader"/> stops at it.
/// Mutable struct: keep it in a field, pass it by reference.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct DataWriter
{
    private const byte Lf = (byte)'\n';
    private const byte Cr = (byte)'\r';
    private const byte Dot = (byte)'.';

    private enum State : byte
    {
        LineStart,
        Text,
        /// <summary>After a CR that is not written yet.</summary>
        Cr,
        /// <summary>All content and the end are written or held.</summary>
        Finished,
    }

    private readonly bool _normalize;
    private State _state;
    private int _held;
    private ulong _holding;

    /// <summary>Begins a message.</summary>
    /// <param name="normalize">
    /// Whether bare CR and LF may occur. With false they are a caller's mistake, asserted in debug builds, and written
    /// normalised all the same: no setting makes this writer emit one.
    /// </param>
    public DataWriter(bool normalize) => _normalize = normalize;

    /// <summary>Writes the next octets of content.</summary>
    /// <param name="input">Content, in any cutting.</param>
    /// <param name="last">Whether no more follows this input; with an empty input too.</param>
    /// <param name="output">Where it goes; at least 1 octet.</param>
    /// <param name="consumed">Octets of the input that were taken; fewer than given when the output is full.</param>
    /// <param name="written">Octets put into the output.</param>
    /// <returns>Whether the message is written with its final dot-line; until then call again, with the input that is left.</returns>
    public bool Write(ReadOnlySpan<byte> input, bool last, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (true)
        {
            while (_held > 0 && written < output.Length)
            {
                output[written++] = (byte)_holding;
                _holding >>= 8;
                _held--;
            }
            if (_held > 0)
                return false;
            if (_state == State.Finished)
                return true;
            if (consumed == input.Length)
            {
                if (!last)
                    return false;
                Finish();
                continue;
            }
            if (written == output.Length)
                return false;
            var run = input.Slice(consumed, Math.Min(input.Length - consumed, output.Length - written));
            var same = Scan(run);
            run[..same].CopyTo(output[written..]);
            written += same;
            consumed += same;
            if (same < run.Length)
                consumed += Step(run[same]);
        }
    }

    /// <summary>Counts the octets that are sent as they are; the state fits the octet behind them.</summary>
    private int Scan(ReadOnlySpan<byte> run)
    {
        if (_state == State.Cr || (_state == State.LineStart && run[0] == Dot))
            return 0;
        var at = 0;
        while (true)
        {
            var text = run[at..].IndexOfAny(Cr, Lf);
            if (text < 0)
            {
                if (at < run.Length)
                    _state = State.Text;
                return run.Length;
            }
            if (text > 0)
                _state = State.Text;
            at += text;
            if (run[at] != Cr || at + 1 >= run.Length || run[at + 1] != Lf)
                return at;
            at += 2;
            _state = State.LineStart;
            if (at == run.Length || run[at] == Dot)
                return at;
        }
    }

    /// <summary>Deals with an octet that is not sent as it is; returns how many were taken.</summary>
    private int Step(byte octet)
    {
        if (_state == State.Cr)
        {
            if (octet == Lf)
            {
                EndLine();
                return 1;
            }
            BareCr();
            return 0;
        }
        switch (octet)
        {
            case Cr:
                _state = State.Cr;
                break;
            case Lf:
                Debug.Assert(_normalize, "bare LF in content that should have none");
                EndLine();
                break;
            default:
                // RFC 5321 §4.5.2: one more dot where a line begins with one.
                Hold(Dot);
                Hold(Dot);
                _state = State.Text;
                break;
        }
        return 1;
    }

    private void Finish()
    {
        if (_state == State.Cr)
            BareCr();
        if (_state == State.Text)
            EndLine();
        Hold(Dot);
        EndLine();
        _state = State.Finished;
    }

    private void BareCr()
    {
        Debug.Assert(_normalize, "bare CR in content that should have none");
        Hold((byte)' ');
        _state = State.Text;
    }

    private void EndLine()
    {
        Hold(Cr);
        Hold(Lf);
        _state = State.LineStart;
    }

    private void Hold(byte octet)
    {
        _holding |= (ulong)octet << (8 * _held);
        _held++;
    }
}
