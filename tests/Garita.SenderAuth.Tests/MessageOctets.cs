using System.Text;
using Garita.SenderAuth.Dkim;

namespace Garita.SenderAuth.Tests;

/// <summary>Messages for tests.</summary>
internal static class MessageOctets
{
    /// <summary>Of all tests: a key that was read before gives the same results.</summary>
    private static readonly DkimKeyCache Kept = new();

    /// <summary>Lines that end in LF as they are relayed: ended by CRLF.</summary>
    internal static byte[] Lines(string text) => Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n"));

    /// <summary>A file's message, with CRLF.</summary>
    internal static byte[] File(string path) => Lines(System.IO.File.ReadAllText(path, Encoding.Latin1));

    /// <summary>Verifies a message.</summary>
    internal static async Task<MessageSignatureResults> VerifyAsync(byte[] message, IDnsResolver dns, DateTimeOffset? now = null, int piece = int.MaxValue)
    {
        using var stream = new PieceStream(message, piece);
        return await MessageSignatures.VerifyAsync(stream, dns, now ?? DateTimeOffset.UnixEpoch.AddDays(20_000), piece == int.MaxValue ? Kept : null, CancellationToken.None);
    }
}

/// <summary>Gives at most so many octets at a time.</summary>
internal sealed class PieceStream(byte[] octets, int piece) : MemoryStream(octets)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
}
