using System.Text;

namespace Garita.Protocols.Message;

/// <summary>Finds the fields of a header section whose names begin in a certain way, to be left out on relaying. As <see cref="HeaderSection"/> reads lines.</summary>
public static class FieldFinder
{
    /// <summary>Ranges of the fields, with their line ends, ascending.</summary>
    /// <param name="header">The header section, as long as <see cref="HeaderSection.Length"/> says.</param>
    /// <param name="prefix">How the names begin, ASCII, in any case.</param>
    public static IReadOnlyList<(int Offset, int Length)> Find(ReadOnlySpan<byte> header, ReadOnlySpan<byte> prefix)
    {
        List<(int Offset, int Length)>? found = null;
        var at = 0;
        while (at < header.Length)
        {
            var length = LineLength(header[at..]);
            while (at + length < header.Length && HeaderField.IsContinuation(header[(at + length)..]))
                length += LineLength(header[(at + length)..]);
            if (header.Length - at >= prefix.Length && Ascii.EqualsIgnoreCase(header.Slice(at, prefix.Length), prefix))
                (found ??= []).Add((at, length));
            at += length;
        }

        return found ?? (IReadOnlyList<(int, int)>)[];
    }

    private static int LineLength(ReadOnlySpan<byte> rest)
    {
        var feed = rest.IndexOf((byte)'\n');
        return feed < 0 ? rest.Length : feed + 1;
    }
}
