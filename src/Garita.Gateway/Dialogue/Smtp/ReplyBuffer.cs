using System.Buffers;
using System.Text;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>
/// Replies that are not sent yet: those to one group of pipelined commands go out in one piece (RFC 2920 §3.2).
/// Holds a rented buffer only while there is something in it. Text is ours; what came from outside never gets here.
/// </summary>
internal struct ReplyBuffer
{
    private const int FirstSize = 1024;

    private byte[]? _buffer;
    private int _length;

    internal readonly bool IsEmpty => _length == 0;

    internal readonly int Length => _length;

    internal readonly ReadOnlyMemory<byte> Octets => _buffer.AsMemory(0, _length);

    internal void Add(ReadOnlySpan<byte> line)
    {
        line.CopyTo(Room(line.Length));
        _length += line.Length;
    }

    /// <summary>One line: code, enhanced code where it has a class, text.</summary>
    internal void Add(int code, EnhancedCode enhanced, string text)
    {
        var room = Room(text.Length + 32);
        var written = WriteNumber(room, (uint)code);
        room[written++] = (byte)' ';
        if (enhanced.Class != 0)
        {
            written += WriteNumber(room[written..], enhanced.Class);
            room[written++] = (byte)'.';
            written += WriteNumber(room[written..], enhanced.Subject);
            room[written++] = (byte)'.';
            written += WriteNumber(room[written..], enhanced.Detail);
            room[written++] = (byte)' ';
        }

        written += Encoding.ASCII.GetBytes(text, room[written..]);
        "\r\n"u8.CopyTo(room[written..]);
        _length += written + 2;
    }

    internal void Clear()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _length = 0;
    }

    private Span<byte> Room(int size)
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, size));
        }
        else if (_buffer.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }

    private static int WriteNumber(Span<byte> to, uint number)
    {
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(number, to, out var written);
        return written;
    }
}
