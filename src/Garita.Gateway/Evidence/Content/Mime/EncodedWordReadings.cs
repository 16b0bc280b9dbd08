using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// RFC 2047 words where they may not stand, in parameters (§5): many readers decode them there. Read leniently, as those do: with white
/// space inside, without an end, in the middle of other text.
/// </summary>
internal static class EncodedWordReadings
{
    /// <summary>The texts that lenient readers make of a value; empty when it holds no word.</summary>
    internal static IEnumerable<string> Of(string value)
    {
        if (!value.Contains("=?", StringComparison.Ordinal))
            yield break;
        var pieces = Split(value);
        if (pieces is null)
            yield break;
        // RFC 2047 §6.2: white space between words is not shown. Octets of words that follow each other are joined by some before they are decoded.
        foreach (var join in ((bool Octets, bool Space)[])[(false, false), (true, false), (false, true)])
        {
            foreach (var text in Join(pieces, join.Octets, join.Space))
                yield return text;
        }
    }

    private static List<Piece>? Split(string value)
    {
        List<Piece>? pieces = null;
        var at = 0;
        while (at < value.Length)
        {
            var start = value.IndexOf("=?", at, StringComparison.Ordinal);
            var word = start < 0 ? null : Word(value, start, out _);
            if (word is null)
            {
                if (pieces is null && start < 0)
                    return null;
                // What looks like the start of a word and is none is text.
                var end = start < 0 ? value.Length : start + 2;
                (pieces ??= []).Add(new Piece(value[at..end], null, ""));
                at = end;
                continue;
            }

            Word(value, start, out var next);
            pieces ??= [];
            if (start > at)
                pieces.Add(new Piece(value[at..start], null, ""));
            pieces.Add(word);
            at = next;
        }

        return pieces;
    }

    private static Piece? Word(string value, int start, out int next)
    {
        next = start;
        var charsetEnd = value.IndexOf('?', start + 2);
        if (charsetEnd < 0 || charsetEnd + 2 >= value.Length || value[charsetEnd + 2] != '?')
            return null;
        var encoding = char.ToLowerInvariant(value[charsetEnd + 1]);
        if (encoding is not ('b' or 'q'))
            return null;
        var textStart = charsetEnd + 3;
        var textEnd = value.IndexOf("?=", textStart, StringComparison.Ordinal);
        // "=?x?Q?=41?=": the first "?=" may be the start of what is encoded.
        if (textEnd == textStart - 1)
            textEnd = value.IndexOf("?=", textStart + 1, StringComparison.Ordinal);
        next = textEnd < 0 ? value.Length : textEnd + 2;
        var text = value[textStart..(textEnd < 0 ? value.Length : textEnd)];
        return new Piece(text, encoding == 'b' ? Base64Text.Decode(text) : Quoted(text), value[(start + 2)..charsetEnd]);
    }

    private static byte[] Quoted(string text)
    {
        var octets = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && Hex(text, i + 1) is >= 0 and var value)
            {
                octets.Add((byte)value);
                i += 2;
            }
            else if (text[i] == '_')
            {
                octets.Add((byte)' ');
            }
            else
            {
                octets.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return [.. octets];
    }

    /// <summary>Two hexadecimal digits, or -1.</summary>
    internal static int Hex(string text, int at) =>
        at + 1 < text.Length && char.IsAsciiHexDigit(text[at]) && char.IsAsciiHexDigit(text[at + 1]) ? (Convert.ToInt32(text[at].ToString(), 16) << 4) | Convert.ToInt32(text[at + 1].ToString(), 16) : -1;

    private static IEnumerable<string> Join(List<Piece> pieces, bool octets, bool space)
    {
        var declared = new StringBuilder();
        var plain = new StringBuilder();
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            if (piece.Octets is not { } decoded)
            {
                var between = !space && i > 0 && i + 1 < pieces.Count && string.IsNullOrWhiteSpace(piece.Text) && pieces[i - 1].Octets is not null && pieces[i + 1].Octets is not null;
                if (!between)
                {
                    declared.Append(piece.Text);
                    plain.Append(piece.Text);
                }

                continue;
            }

            while (octets && Following(pieces, i) is var next && next > 0 && string.Equals(pieces[next].Charset, piece.Charset, StringComparison.OrdinalIgnoreCase))
            {
                decoded = [.. decoded, .. pieces[next].Octets!];
                i = next;
            }

            var readings = CharsetText.Readings(decoded, piece.Charset).ToList();
            declared.Append(readings[0]);
            plain.Append(readings[^1]);
        }

        yield return declared.ToString();
        yield return plain.ToString();
    }

    /// <summary>The word that follows with nothing but white space between; 0 for none.</summary>
    private static int Following(List<Piece> pieces, int at)
    {
        if (at + 1 < pieces.Count && pieces[at + 1].Octets is not null)
            return at + 1;
        return at + 2 < pieces.Count && string.IsNullOrWhiteSpace(pieces[at + 1].Text) && pieces[at + 2].Octets is not null ? at + 2 : 0;
    }

    private sealed record Piece(string Text, byte[]? Octets, string Charset);
}
