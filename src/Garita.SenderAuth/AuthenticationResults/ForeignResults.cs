namespace Garita.SenderAuth.AuthenticationResults;

/// <summary>
/// Tells whether an Authentication-Results field that came from outside passes itself off as ours (RFC 8601 §5): such a one is removed, or readers
/// behind would believe it. Every reading counts: comments, quotes, folding and case are read by the grammar, and besides our name may stand nowhere
/// before the first semicolon, since readers that do not know the grammar look there. A field whose authserv-id cannot be read is removed too.
/// Those of others stay: they are theirs to judge, and signatures may cover them.
/// </summary>
public static class ForeignResults
{
    private const int MostOctets = 2048;
    private const int MostDepth = 20;

    /// <summary>Whether the field is to be removed.</summary>
    /// <param name="value">Everything behind the colon, folded or not.</param>
    /// <param name="serviceId">Our authserv-id, ASCII.</param>
    public static bool ClaimsToBe(ReadOnlySpan<byte> value, string serviceId)
    {
        // Our name is 255 octets at most: what has not come to its point within this is nobody's field.
        var start = value[..Math.Min(value.Length, MostOctets)];
        Span<char> id = stackalloc char[256];
        if (!TryReadId(start, id, out var length))
            return true;
        return SameName(id[..length], serviceId) || IsNamed(start, serviceId, keepBlanks: true) || IsNamed(start, serviceId, keepBlanks: false);
    }

    // RFC 8601 §2.2: [CFWS] value, where value is a token or a quoted string.
    private static bool TryReadId(ReadOnlySpan<byte> value, Span<char> id, out int length)
    {
        length = 0;
        var at = 0;
        if (!SkipComments(value, ref at) || at == value.Length)
            return false;
        var isQuoted = value[at] == '"';
        if (isQuoted)
            at++;
        for (; at < value.Length && length < id.Length; at++)
        {
            var octet = value[at];
            if (isQuoted ? octet == '"' : octet is (byte)';' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'(' or (byte)'/')
                return length > 0;
            if (octet == '\\' && at + 1 < value.Length)
                octet = value[++at];
            if (octet is (byte)'\r' or (byte)'\n')
                continue;
            id[length++] = (char)octet;
        }

        // Nothing behind it: a field that ends in its id.
        return length > 0 && length < id.Length && !isQuoted && at == value.Length && value.Length < MostOctets;
    }

    private static bool SkipComments(ReadOnlySpan<byte> value, ref int at)
    {
        var depth = 0;
        for (; at < value.Length; at++)
        {
            switch (value[at])
            {
                case (byte)'(':
                    if (++depth > MostDepth)
                        return false;
                    break;
                case (byte)')' when depth > 0:
                    depth--;
                    break;
                case (byte)'\\' when depth > 0:
                    at++;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                default:
                    if (depth == 0)
                        return true;
                    break;
            }
        }

        at = value.Length;
        return false;
    }

    /// <summary>Whether our name stands before the first semicolon once quotes, backslashes and maybe white space are out.</summary>
    private static bool IsNamed(ReadOnlySpan<byte> value, string serviceId, bool keepBlanks)
    {
        var end = value.IndexOf((byte)';');
        Span<char> text = stackalloc char[MostOctets];
        var length = 0;
        foreach (var octet in end < 0 ? value : value[..end])
        {
            if (octet is (byte)'"' or (byte)'\\' || (!keepBlanks && octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                continue;
            text[length++] = (char)octet;
        }

        ReadOnlySpan<char> before = text[..length];
        for (var at = before.IndexOf(serviceId, StringComparison.OrdinalIgnoreCase); at >= 0; at = before.IndexOf(serviceId, StringComparison.OrdinalIgnoreCase))
        {
            var behind = before[(at + serviceId.Length)..];
            if ((at == 0 || !IsOfName(before[at - 1])) && (behind.IsEmpty || !IsOfName(behind[0]) || behind is "." || (behind[0] == '.' && !IsOfName(behind[1]))))
                return true;
            before = behind;
        }

        return false;
    }

    private static bool SameName(ReadOnlySpan<char> id, string serviceId) => id.TrimEnd('.').Equals(serviceId, StringComparison.OrdinalIgnoreCase);

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_';
}
