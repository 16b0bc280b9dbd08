namespace Garita.Protocols.Message;

/// <summary>Where a quoted string ends (RFC 5322 §3.2.4).</summary>
internal static class QuotedString
{
    /// <summary>
    /// The position behind the closing quote. A quote that is never closed hides nothing: the position behind it is given. Behind
    /// such a one there are only escaped quotes, which callers have to pass over in pairs: then there is one search in vain at most,
    /// and a whole value is read in linear time.
    /// </summary>
    /// <param name="value">A field's value.</param>
    /// <param name="quote">Where the opening quote is.</param>
    internal static int End(ReadOnlySpan<byte> value, int quote)
    {
        for (var at = quote + 1; at < value.Length; at++)
        {
            var next = value[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                break;
            at += next;
            if (value[at] == '"')
                return at + 1;
            at++;
        }
        return quote + 1;
    }
}
