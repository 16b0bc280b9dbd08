using System.Runtime.InteropServices;

namespace Garita.SenderAuth.Dkim;

/// <summary>
/// A list of tags and values (RFC 6376 §3.2), as signatures and key records are written. Strict: a name that breaks the grammar, stands twice
/// or is empty spoils the whole list, for two readers would take it differently.
/// </summary>
internal sealed class TagList
{
    /// <summary>More tags than anybody writes.</summary>
    private const int MaxTags = 64;

    private readonly string _text;
    private readonly List<Tag> _tags = new(12);

    private TagList(string text) => _text = text;

    /// <summary>The value of a tag without white space around it; null where there is no such tag. Names are case-sensitive.</summary>
    internal ReadOnlySpan<char> this[string name] => Find(name) is { } tag ? _text.AsSpan(tag.Value, tag.ValueLength).Trim(WhiteSpace) : null;

    /// <summary>White space that may fold: RFC 6376 §2.8.</summary>
    internal static ReadOnlySpan<char> WhiteSpace => " \t\r\n";

    /// <summary>Whether there is a tag.</summary>
    internal bool Has(string name) => Find(name) is not null;

    /// <summary>Whether a tag stands before all others.</summary>
    internal bool IsFirst(string name) => Name(_tags[0]).SequenceEqual(name);

    /// <summary>The place of a tag's value, white space around it included; (0, 0) where there is none.</summary>
    internal (int Offset, int Length) RawValue(string name) => Find(name) is { } tag ? (tag.Value, tag.ValueLength) : (0, 0);

    /// <summary>Reads a list; null for one that breaks the grammar.</summary>
    internal static TagList? Parse(string text)
    {
        var list = new TagList(text);
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf(';', at);
            var rest = text.AsSpan(at, (end < 0 ? text.Length : end) - at);
            // A semicolon may end the list.
            if (end < 0 && at > 0 && rest.Trim(WhiteSpace).IsEmpty)
                break;
            if (list._tags.Count == MaxTags || !list.Add(rest, at))
                return null;
            at = end < 0 ? text.Length : end + 1;
        }

        return list._tags.Count == 0 ? null : list;
    }

    private bool Add(ReadOnlySpan<char> spec, int at)
    {
        var equals = spec.IndexOf('=');
        if (equals < 0)
            return false;
        var name = spec[..equals].Trim(WhiteSpace);
        // tag-name = ALPHA *(ALPHA / DIGIT / "_")
        if (name.IsEmpty || !char.IsAsciiLetter(name[0]))
            return false;
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
                return false;
        }

        var value = spec[(equals + 1)..];
        foreach (var character in value)
        {
            // RFC 8616 §5 adds what is beyond ASCII.
            if (character is < ' ' and not ('\t' or '\r' or '\n') or '\x7f')
                return false;
        }

        foreach (var tag in _tags)
        {
            if (Name(tag).SequenceEqual(name))
                return false;
        }

        _tags.Add(new Tag(at + spec[..equals].IndexOfAnyExcept(WhiteSpace), name.Length, at + equals + 1, value.Length));
        return true;
    }

    private ReadOnlySpan<char> Name(in Tag tag) => _text.AsSpan(tag.Name, tag.NameLength);

    private Tag? Find(string name)
    {
        foreach (var tag in _tags)
        {
            if (Name(tag).SequenceEqual(name))
                return tag;
        }

        return null;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Tag(int Name, int NameLength, int Value, int ValueLength);
}
