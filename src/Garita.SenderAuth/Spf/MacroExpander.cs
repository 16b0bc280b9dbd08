using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.SenderAuth.Spf;

/// <summary>What the macros stand for at one point of a check (RFC 7208 §7.2).</summary>
/// <param name="Query">The query.</param>
/// <param name="Domain">The current domain, <c>%{d}</c>.</param>
/// <param name="ValidatedName">The client's validated name, <c>%{p}</c>; needed only where that macro stands.</param>
internal readonly record struct MacroValues(SpfQuery Query, string Domain, string ValidatedName);

/// <summary>Expands macros (RFC 7208 §7.3). The result is bounded, and whatever the client said may stand in it.</summary>
internal static class MacroExpander
{
    /// <summary>Expands a macro-string; null when the result would be too long.</summary>
    internal static string? Expand(MacroString text, in MacroValues values)
    {
        var expanded = new StringBuilder();
        foreach (var piece in text.Pieces)
        {
            expanded.Append(piece.Literal ?? Value(piece, values));
            if (expanded.Length > SpfLimits.Expansion)
                return null;
        }

        return expanded.ToString();
    }

    /// <summary>The address in the form of <c>%{i}</c>: dotted quad, or nibbles with dots between them.</summary>
    internal static string Dotted(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return address.ToString();
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        Span<char> nibbles = stackalloc char[63];
        nibbles.Fill('.');
        for (var i = 0; i < octets.Length; i++)
        {
            nibbles[4 * i] = Hex(octets[i] >> 4);
            nibbles[4 * i + 2] = Hex(octets[i] & 15);
        }

        return new string(nibbles);
    }

    private static string Value(in MacroPiece piece, in MacroValues values)
    {
        var query = values.Query;
        var value = piece.Letter switch
        {
            's' => query.Sender,
            'l' => query.LocalPart,
            'o' => query.Domain,
            'd' => values.Domain,
            'i' => Dotted(query.Client),
            'p' => values.ValidatedName,
            'v' => query.Client.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
            'h' => query.Helo,
            // RFC 7208 §7.2: these three in explanations alone.
            'c' => query.Client.ToString(),
            'r' => query.Receiver,
            't' => query.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            _ => "",
        };
        if (piece.Keep > 0 || piece.Reverses || piece.Delimiters.Length > 0)
            value = Transform(value, piece);
        return piece.Escapes ? Uri.EscapeDataString(value) : value;
    }

    // RFC 7208 §7.3: split, reverse, keep the right-hand parts, and join them with dots, whatever split them.
    private static string Transform(string value, in MacroPiece piece)
    {
        var parts = piece.Delimiters.Length == 0 ? value.Split('.') : value.Split(piece.Delimiters.ToCharArray());
        if (piece.Reverses)
            Array.Reverse(parts);
        var from = piece.Keep > 0 ? Math.Max(0, parts.Length - piece.Keep) : 0;
        return string.Join('.', parts, from, parts.Length - from);
    }

    private static char Hex(int nibble) => (char)(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);
}
