namespace Garita.Protocols.Message;

/// <summary>
/// The shape of an address field without its meaning: brackets and the number of addresses. It bounds what the server behind will
/// have to parse (CVE-2002-1337 crackaddr, CVE-2003-0161 prescan), whose parsers may be older than these cases.
/// </summary>
/// <param name="IsBalanced">Comments and angle brackets close, and are no more than 5 deep.</param>
/// <param name="Count">Addresses, counted high: empty list elements and each angle bracket count.</param>
internal readonly record struct AddressShape(bool IsBalanced, int Count)
{
    private const int MaxDepth = 5;

    /// <summary>Looks at a field's value, once.</summary>
    internal static AddressShape Of(ReadOnlySpan<byte> value)
    {
        var balanced = true;
        int comments = 0, angles = 0, brackets = 0, elements = 1;
        for (var at = 0; at < value.Length;)
        {
            var next = value[at..].IndexOfAny(Marks);
            if (next < 0)
                break;
            at += next;
            switch (value[at])
            {
                case (byte)'\\':
                    // RFC 5322 §3.2.1: the next octet is quoted.
                    at++;
                    break;
                case (byte)'"' when comments == 0:
                    at = QuotedString.End(value, at);
                    continue;
                case (byte)'(':
                    balanced &= ++comments <= MaxDepth;
                    break;
                case (byte)')':
                    balanced &= --comments >= 0;
                    comments = Math.Max(comments, 0);
                    break;
                case (byte)'<' when comments == 0:
                    balanced &= ++angles <= MaxDepth;
                    brackets++;
                    break;
                case (byte)'>' when comments == 0:
                    balanced &= --angles >= 0;
                    angles = Math.Max(angles, 0);
                    break;
                case (byte)',' or (byte)';' when comments == 0:
                    elements++;
                    break;
                default:
                    break;
            }
            at++;
        }
        return new AddressShape(balanced && comments == 0 && angles == 0, Math.Max(elements, brackets));
    }

    private static readonly System.Buffers.SearchValues<byte> Marks = System.Buffers.SearchValues.Create("\\\"()<>,;"u8);
}
