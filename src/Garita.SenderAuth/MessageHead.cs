using System.Buffers;
using Garita.Protocols.Message;
using Garita.SenderAuth.Dkim;

namespace Garita.SenderAuth;

/// <summary>The first octets of a message: its header section and what was read of the body with it. The room is borrowed.</summary>
internal sealed class MessageHead : IDisposable
{
    private const int FirstOctets = 8 * 1024;

    private byte[] _room = ArrayPool<byte>.Shared.Rent(FirstOctets);
    private int _filled;

    private MessageHead()
    {
    }

    /// <summary>The fields; null where the section is larger than <see cref="HeaderSection.MaxLength"/> or has more than <see cref="HeaderSection.MaxFields"/> fields.</summary>
    internal SignedFields? Fields { get; private set; }

    /// <summary>What was read of the body.</summary>
    internal ReadOnlyMemory<byte> Body => _room.AsMemory(Fields!.Length, _filled - Fields.Length);

    /// <summary>Whether fields can be put before the message: where it begins with white space, its first line would go on with the last of them.</summary>
    internal bool TakesFields => Fields is not null && (_filled == 0 || !HeaderField.IsContinuation(_room.AsSpan(0, _filled)));

    /// <summary>Reads the header.</summary>
    internal static async ValueTask<MessageHead> ReadAsync(Stream message)
    {
        var head = new MessageHead();
        try
        {
            var isWhole = await head.FillAsync(message).ConfigureAwait(false);
            var fields = SignedFields.Read(head._room.AsMemory(0, head._filled));
            // Where only a part was read, the section ends in it if a whole line stands behind it.
            if ((isWhole || head._room.AsSpan(fields.Length, head._filled - fields.Length).Contains((byte)'\n')) && fields.Length <= HeaderSection.MaxLength && !fields.AreTooMany)
                head.Fields = fields;
            return head;
        }
        catch
        {
            head.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_room);
        _room = [];
    }

    // Up to the first empty line, or more than a header may have. True when that is the whole section.
    private async ValueTask<bool> FillAsync(Stream message)
    {
        var searched = 0;
        while (true)
        {
            var from = Math.Max(searched - 2, 0);
            var unread = _room.AsMemory(from, _filled - from);
            if (unread.Span.IndexOf("\n\r\n"u8) >= 0 || _room.AsSpan(0, _filled).StartsWith("\r\n"u8))
                return true;
            searched = _filled;
            if (_filled > HeaderSection.MaxLength)
                return false;
            if (_filled == _room.Length)
                Grow();
            var read = await message.ReadAsync(_room.AsMemory(_filled), CancellationToken.None).ConfigureAwait(false);
            if (read == 0)
                return true;
            _filled += read;
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_room.Length * 2);
        _room.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_room);
        _room = larger;
    }
}
