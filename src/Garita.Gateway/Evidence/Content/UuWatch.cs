using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Files inside text: uuencode ("begin 644 name") and yEnc ("=ybegin … name=name"), which mail programs show as attachments. The name is
/// judged, and the first octets of what is encoded.
/// </summary>
internal sealed class UuWatch(ContentScan scan, int part, string way, int depth)
{
    private readonly List<byte> _line = [];
    private bool _goesOn;
    private string? _begun;
    private ContentSink? _file;

    internal void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var feed = octets.IndexOf((byte)'\n');
            var piece = feed < 0 ? octets : octets[..(feed + 1)];
            octets = octets[piece.Length..];
            if (_line.Count == 0 && feed >= 0)
            {
                Take(piece);
                continue;
            }

            _line.AddRange(piece);
            if (feed >= 0 || _line.Count >= MimeLimits.Line)
                TakeHeld();
        }
    }

    internal void Complete()
    {
        if (_line.Count > 0)
            TakeHeld();
        _file?.Complete();
        _file = null;
    }

    private void TakeHeld()
    {
        var line = _line.ToArray();
        _line.Clear();
        Take(line);
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var isStart = !_goesOn;
        _goesOn = line[^1] != '\n';
        if (!isStart)
            return;
        var text = line.TrimEnd("\r\n"u8);
        if (_begun is { } name)
        {
            _begun = null;
            // A sentence that begins so is followed by no line of that length.
            if (IsUu(text))
            {
                _file = new ContentSink(scan, [name], [], isAttachment: true, part, way + "uuencoded, ", depth, archiveDepth: 0);
            }
        }

        if (_file is not null)
        {
            TakeData(text);
            return;
        }

        if (text.StartsWith("begin"u8))
            TakeBegin(text);
        else if (text.StartsWith("=ybegin "u8) && text.IndexOf(" name="u8) is >= 0 and var at)
            scan.JudgeName(CharsetText.OfHeader(text[(at + 6)..]), part, way + "yEnc, ");
    }

    private void TakeBegin(ReadOnlySpan<byte> text)
    {
        if (Begun(text) is not { } name)
            return;
        // Whatever follows: some readers take any line for data.
        scan.JudgeName(name, part, way + "uuencoded, ");
        _begun = name;
    }

    private void TakeData(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("end"u8) && text.TrimEnd((byte)' ').Length == 3)
        {
            _file!.Complete();
            _file = null;
            return;
        }

        if (text.IsEmpty)
            return;
        var count = (text[0] - 32) & 63;
        Span<byte> octets = stackalloc byte[48];
        var written = 0;
        for (var at = 1; at + 1 < text.Length && written < count && written + 3 <= octets.Length; at += 4)
        {
            var bits = 0;
            for (var i = 0; i < 4; i++)
                bits = (bits << 6) | ((at + i < text.Length ? text[at + i] - 32 : 0) & 63);
            octets[written++] = (byte)(bits >> 16);
            octets[written++] = (byte)(bits >> 8);
            octets[written++] = (byte)bits;
        }

        _file!.Write(octets[..Math.Min(written, count)]);
    }

    /// <summary>The name of "begin 644 name"; of "begin-base64" too.</summary>
    private static string? Begun(ReadOnlySpan<byte> text)
    {
        var line = CharsetText.OfHeader(text[..Math.Min(text.Length, 512)]);
        var words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 3 && words[0] is "begin" or "begin-base64" && words[1].Length is 3 or 4 && words[1].All(static digit => digit is >= '0' and <= '7') ? words[2] : null;
    }

    private static bool IsUu(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is < 32 or > 96)
            return Encoding.ASCII.GetString(text).Trim().Length > 3 && Base64Text.ValueOf(text[0]) >= 0 && !text.Contains((byte)' ');
        var count = (text[0] - 32) & 63;
        var expected = (count + 2) / 3 * 4;
        // Trailing spaces get lost, a checksum may follow.
        return count == 0 ? text.Length <= 2 : text.Length - 1 >= expected - 3 && text.Length - 1 <= expected + 2;
    }
}
