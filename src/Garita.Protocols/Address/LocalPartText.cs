using System.Text;

namespace Garita.Protocols.Address;

/// <summary>How a local part is written: as a dot-string where it can be, else quoted (RFC 5321 §4.1.2).</summary>
internal static class LocalPartText
{
    internal static bool IsDotString(string localPart)
    {
        var text = localPart.AsSpan();
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal))
            return false;

        while (true)
        {
            var other = text.IndexOfAnyExcept(AddressOctets.AtextOrDotChars);
            if (other < 0)
                return true;
            if (text[other] < 0x80)
                return false;

            text = text[(other + 1)..]; // RFC 6531 §3.3: atext =/ UTF8-non-ascii
        }
    }

    /// <summary>Quotes with the fewest backslashes, so that the result is never longer than what was read.</summary>
    internal static string Quote(string localPart)
    {
        var text = new StringBuilder(localPart.Length + 2).Append('"');
        foreach (var character in localPart)
        {
            if (character is '"' or '\\')
                text.Append('\\');
            text.Append(character);
        }

        return text.Append('"').ToString();
    }
}
