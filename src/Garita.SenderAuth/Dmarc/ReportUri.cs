using System.Text;
using Garita.Protocols.Address;

namespace Garita.SenderAuth.Dmarc;

/// <summary>Reads the lists of reporting URIs in <c>rua</c> and <c>ruf</c> (RFC 9989 §4.6, §4.8). Of the schemes only <c>mailto</c> is supported (RFC 6068).</summary>
internal static class ReportUri
{
    /// <summary>Mail addresses of a list that are used; more are ignored.</summary>
    internal const int MostAddresses = 5;

    private const int MostUris = 20;

    /// <summary>Reads a list.</summary>
    /// <param name="list">The tag's value.</param>
    /// <param name="addresses">Mail addresses in it: ASCII, with a domain name.</param>
    /// <returns>Whether there is at least one URI that is well formed, of whatever scheme.</returns>
    internal static bool TryRead(ReadOnlySpan<char> list, out IReadOnlyList<Mailbox> addresses)
    {
        List<Mailbox>? found = null;
        var hasUri = false;
        var seen = 0;
        foreach (var range in list.Split(','))
        {
            if (++seen > MostUris)
                break;
            var uri = list[range].Trim(" \t");
            // RFC 9989 §4.8: the size of the obsolete syntax is ignored.
            if (uri.LastIndexOf('!') is var size and > 0)
                uri = uri[..size];
            if (!IsUri(uri, out var scheme))
                continue;
            hasUri = true;
            if (scheme.Equals("mailto", StringComparison.OrdinalIgnoreCase) && (found?.Count ?? 0) < MostAddresses && Address(uri[(scheme.Length + 1)..]) is { } address && found?.Contains(address) != true)
                (found ??= []).Add(address);
        }

        addresses = found ?? (IReadOnlyList<Mailbox>)[];
        return hasUri;
    }

    // RFC 3986 §3.1: a scheme, a colon, and something behind it without spaces.
    private static bool IsUri(ReadOnlySpan<char> uri, out ReadOnlySpan<char> scheme)
    {
        scheme = default;
        var colon = uri.IndexOf(':');
        if (colon <= 0 || colon == uri.Length - 1 || !char.IsAsciiLetter(uri[0]) || uri.ContainsAnyExceptInRange('!', '~'))
            return false;
        scheme = uri[..colon];
        foreach (var c in scheme)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return false;
        }

        return true;
    }

    // RFC 6068 §2: header fields behind the question mark are not taken over into a mail of ours.
    private static Mailbox? Address(ReadOnlySpan<char> to)
    {
        if (to.IndexOf('?') is var query and >= 0)
            to = to[..query];
        Span<char> text = stackalloc char[320];
        if (to.Length > text.Length)
            return null;
        var length = 0;
        for (var at = 0; at < to.Length; at++)
        {
            if (to[at] != '%')
            {
                text[length++] = to[at];
                continue;
            }

            // RFC 3986 §2.1
            if (at + 2 >= to.Length || !byte.TryParse(to.Slice(at + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var octet) || octet is < 0x20 or > 0x7E)
                return null;
            text[length++] = (char)octet;
            at += 2;
        }

        return PathParser.TryParseMailbox(text[..length], out var mailbox) && mailbox is { IsAscii: true, IsLiteral: false } && mailbox.Domain.Contains('.', StringComparison.Ordinal)
            && Encoding.UTF8.GetByteCount(mailbox.ToString()) <= 254 ? mailbox : null;
    }
}
