using System.Buffers;
using System.Globalization;
using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// The extensions that a name may end in for whoever saves and opens it: behind the last path part, without what is cut off (trailing dots and
/// spaces, what follows a NUL or a stream's colon) or not seen (controls, zero widths, direction overrides), in compatibility characters too.
/// </summary>
internal static class FileName
{
    private const int MostLength = 1024;
    private static readonly SearchValues<char> Ends = SearchValues.Create("\0:<>|?*\"\r\n");

    /// <summary>Extensions, lower case, without their dot; none for a name without.</summary>
    internal static List<string> Extensions(string name)
    {
        var found = new List<string>(2);
        if (name.Length > MostLength)
            name = name[^MostLength..];
        Add(found, name);
        var plain = Plain(name);
        if (!string.Equals(plain, name, StringComparison.Ordinal))
            Add(found, plain);
        var end = name.AsSpan().IndexOfAny(Ends);
        for (var most = 0; end > 0 && most < 8; most++)
        {
            Add(found, Plain(name[..end]));
            var next = name.AsSpan(end + 1).IndexOfAny(Ends);
            end = next < 0 ? -1 : end + 1 + next;
        }

        return found;
    }

    /// <summary>The name as it may be shown: without what is not seen, at most 200 characters.</summary>
    internal static string Shown(string name)
    {
        var plain = Plain(name);
        return plain.Length > 200 ? plain[..200] : plain;
    }

    private static void Add(List<string> found, string name)
    {
        var slash = name.LastIndexOfAny(['/', '\\']);
        // "a.exe/": what ends in a slash is a folder to some and a file to others.
        var last = (slash >= 0 && slash < name.Length - 1 ? name[(slash + 1)..] : name).TrimEnd(' ', '.', '\t', '/', '\\', '\'', '"', ';', ',', '=', '%', '?', '\u00A0', '\u3000');
        var dot = last.LastIndexOf('.');
        if (dot < 0 || dot == last.Length - 1)
            return;
        var extension = last[(dot + 1)..].Trim().ToLowerInvariant();
        AddOne(found, extension);
        // What a reader cannot decode it may leave out.
        var other = extension.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        if (other < 0)
            other = extension.IndexOf('%', StringComparison.Ordinal);
        if (other > 0)
            AddOne(found, extension[..other]);
    }

    private static void AddOne(List<string> found, string extension)
    {
        if (extension.Length is > 0 and <= 32 && !found.Contains(extension, StringComparer.Ordinal))
            found.Add(extension);
    }

    private static string Plain(string name)
    {
        if (Ascii.IsValid(name) && !name.AsSpan().ContainsAnyInRange('\0', '\x1F'))
            return name;
        var kept = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(name[i]) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate))
                kept.Append(name[i]);
        }

        var text = kept.ToString();
        try
        {
            return text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }
}
