using System.Globalization;
using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Every value that a reader could take for a parameter of a Content field (RFC 2045 §5.1, RFC 2231): whether it keeps to the grammar, splits at
/// semicolons, searches for the name, believes the first or the last of two, joins pieces by number or as they come, decodes percent signs and
/// encoded words or does not. Readers are known for each of these; a parser that settles for one of them misses what the others open.
/// </summary>
internal static class ParameterReadings
{
    private const int MostValues = 200;

    /// <summary>All readings of some parameters.</summary>
    /// <param name="field">The field's value, unfolded.</param>
    /// <param name="names">The parameters' names, lower case.</param>
    /// <param name="pieces">Pieces seen (RFC 2231 §3), added to.</param>
    internal static IEnumerable<string> Of(string field, string[] names, ref int pieces)
    {
        var found = new List<string>();
        var split = new List<Piece>();
        var values = 0;
        for (var at = field.IndexOf('=', StringComparison.Ordinal); at >= 0 && values < MostValues; at = field.IndexOf('=', at + 1))
        {
            if (Attribute(field, at) is not { } attribute)
                continue;
            var star = attribute.IndexOf('*', StringComparison.Ordinal);
            if (!names.Contains(star < 0 ? attribute : attribute[..star], StringComparer.Ordinal))
                continue;
            values++;
            var variants = ValueReadings.Of(field[(at + 1)..]);
            if (star < 0)
            {
                foreach (var variant in variants)
                    AddPlain(found, variant);
                continue;
            }

            var isEncoded = attribute.Length > star + 1 && attribute[^1] == '*' || attribute.Length == star + 1;
            var digits = attribute[(star + 1)..].TrimEnd('*');
            if (digits.Length == 0)
            {
                foreach (var variant in variants)
                    AddExtended(found, variant);
                continue;
            }

            pieces++;
            // Numbers that are none, or with zeros before them, are pieces to some readers and not to others: they sort last.
            var number = digits.Length <= 4 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 10_000;
            split.Add(new Piece(attribute[..star], number, isEncoded, variants[0], variants[^1]));
        }

        if (values >= MostValues)
            pieces += MimeLimits.Pieces + 1;
        foreach (var name in names)
            Join(found, split.FindAll(piece => string.Equals(piece.Name, name, StringComparison.Ordinal)));
        return found;
    }

    /// <summary>The attribute before an equals sign, lower case: letters, digits, star, hyphen.</summary>
    private static string? Attribute(string field, int equals)
    {
        var end = equals;
        while (end > 0 && (char.IsWhiteSpace(field[end - 1]) || char.IsControl(field[end - 1])))
            end--;
        // RFC 822 let a comment stand there.
        if (end > 0 && field[end - 1] == ')' && field.LastIndexOf('(', end - 1) is >= 0 and var open)
            end = field[..open].TrimEnd().Length;
        if (end > 0 && field[end - 1] is '"' or '\'')
            end--;
        var start = end;
        while (start > 0 && (char.IsAsciiLetterOrDigit(field[start - 1]) || field[start - 1] is '*' or '-' or '_'))
            start--;
        if (start == end)
            return null;
        var attribute = field[start..end];
        // White space between the name and its star.
        if (attribute[0] == '*' && field[..start].TrimEnd() is { Length: > 0 } before)
        {
            var name = before.Length;
            while (name > 0 && char.IsAsciiLetter(before[name - 1]))
                name--;
            attribute = before[name..] + attribute;
        }

        return attribute.ToLowerInvariant();
    }

    private static void AddPlain(List<string> found, string value)
    {
        Add(found, value);
        foreach (var text in EncodedWordReadings.Of(value))
        {
            Add(found, text);
            // Encoded twice: some decode until nothing is left to decode.
            foreach (var again in EncodedWordReadings.Of(text))
                Add(found, again);
        }

        if (value.Contains('%', StringComparison.Ordinal))
            AddExtended(found, value);
    }

    // RFC 2231 §4: charset'language'text with percent signs.
    private static void AddExtended(List<string> found, string value)
    {
        Add(found, value);
        var first = value.IndexOf('\'', StringComparison.Ordinal);
        var second = first < 0 ? -1 : value.IndexOf('\'', first + 1);
        var charset = second < 0 ? "" : value[..first];
        foreach (var text in CharsetText.Readings(Unescape(value), charset))
            Add(found, text);
        if (second < 0)
            return;
        var rest = value[(second + 1)..];
        foreach (var text in CharsetText.Readings(Unescape(rest), charset))
            AddWords(found, text);
    }

    private static void AddWords(List<string> found, string text)
    {
        Add(found, text);
        foreach (var decoded in EncodedWordReadings.Of(text))
            Add(found, decoded);
    }

    private static void Join(List<string> found, List<Piece> pieces)
    {
        if (pieces.Count == 0)
            return;
        var byNumber = pieces.OrderBy(static piece => piece.Number).ToList();
        var firsts = byNumber.DistinctBy(static piece => piece.Number).ToList();
        var lasts = pieces.AsEnumerable().Reverse().OrderBy(static piece => piece.Number).DistinctBy(static piece => piece.Number).ToList();
        var unbroken = firsts.TakeWhile(static (piece, index) => piece.Number == index).ToList();
        foreach (var order in (List<Piece>[])[firsts, lasts, byNumber, pieces, unbroken])
        {
            JoinOne(found, order, static piece => piece.Value);
            if (order.Exists(static piece => !string.Equals(piece.Value, piece.Other, StringComparison.Ordinal)))
                JoinOne(found, order, static piece => piece.Other);
        }
    }

    private static void JoinOne(List<string> found, List<Piece> pieces, Func<Piece, string> valueOf)
    {
        if (pieces.Count == 0)
            return;
        var whole = string.Concat(pieces.Select(valueOf));
        AddWords(found, whole);
        AddExtended(found, whole);
        // Only the pieces that say so are decoded, each with its charset cut off where it has one.
        var octets = new List<byte>();
        var charset = "";
        foreach (var piece in pieces)
        {
            var value = valueOf(piece);
            if (!piece.IsEncoded)
            {
                octets.AddRange(Encoding.UTF8.GetBytes(value));
                continue;
            }

            // RFC 2231 §4.1: the charset stands in the first piece alone; writers are known that repeat it.
            var first = value.IndexOf('\'', StringComparison.Ordinal);
            var second = first < 0 || charset.Length > 0 ? -1 : value.IndexOf('\'', first + 1);
            if (second >= 0)
            {
                charset = value[..first];
                value = value[(second + 1)..];
            }
            else if (charset.Length > 0 && first == charset.Length && value.StartsWith(charset, StringComparison.OrdinalIgnoreCase))
            {
                value = value[(first + 1)..];
            }

            octets.AddRange(Unescape(value));
        }

        foreach (var text in CharsetText.Readings([.. octets], charset))
            AddWords(found, text);
    }

    private static byte[] Unescape(string value)
    {
        var octets = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && EncodedWordReadings.Hex(value, i + 1) is >= 0 and var octet)
            {
                octets.Add((byte)octet);
                i += 2;
            }
            else
            {
                octets.AddRange(Encoding.UTF8.GetBytes(value, i, 1));
            }
        }

        return [.. octets];
    }

    private static void Add(List<string> found, string value)
    {
        if (!found.Contains(value, StringComparer.Ordinal))
            found.Add(value);
    }

    private sealed record Piece(string Name, int Number, bool IsEncoded, string Value, string Other);
}
