using System.Text;

namespace Garita.Demo;

/// <summary>A legitimate message.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Content">As it is sent, lines ended by CRLF, dots not stuffed.</param>
internal sealed record DemoMessage(string Name, byte[] Content)
{
    /// <summary>
    /// Whether what arrived is this message, octet for octet, below nothing but whole header fields that were added at the top.
    /// </summary>
    public bool IsIn(ReadOnlySpan<byte> arrived)
    {
        if (!arrived.EndsWith(Content))
            return false;
        var added = Encoding.Latin1.GetString(arrived[..^Content.Length]);
        if (added.Length == 0)
            return true;
        // RFC 5322 §2.2: name, colon; folded lines begin with white space.
        var lines = added.Split("\r\n");
        return lines[^1].Length == 0 && lines[0].Length > 0 && lines[0][0] is not (' ' or '\t')
            && lines[..^1].All(static line => line.Length > 1 && (line[0] is ' ' or '\t' || line.IndexOf(':', StringComparison.Ordinal) > 0));
    }
}
