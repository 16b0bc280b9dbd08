using System.Runtime.InteropServices;
using System.Text;
using Garita.Protocols.Message;

namespace Garita.SenderAuth.Dkim;

/// <summary>One field: a range of the header's octets, without the line end behind it.</summary>
/// <param name="Offset">Its first octet.</param>
/// <param name="NameLength">Octets of the name.</param>
/// <param name="Colon">Octets before the colon: more than the name where white space stands between.</param>
/// <param name="Length">Octets in all.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SignedField(int Offset, int NameLength, int Colon, int Length);

/// <summary>
/// The fields of a message as signatures see them. What is a field and where the section ends is decided by the same code
/// as for <see cref="HeaderSection"/>, so that what was verified is what is judged and relayed. It keeps no copy of the octets.
/// </summary>
internal sealed class SignedFields
{
    private readonly ReadOnlyMemory<byte> _octets;
    private readonly List<SignedField> _fields = new(32);

    private SignedFields(ReadOnlyMemory<byte> octets) => _octets = octets;

    /// <summary>The fields, from the top.</summary>
    internal IReadOnlyList<SignedField> All => _fields;

    /// <summary>Octets of the section with the empty line that ends it: where the body begins.</summary>
    internal int Length { get; private set; }

    /// <summary>Whether there are more fields than are looked at; they are not all here then.</summary>
    internal bool AreTooMany { get; private set; }

    /// <summary>Reads the section.</summary>
    /// <param name="octets">The message's first octets, the whole section among them; must not change while the fields are in use.</param>
    internal static SignedFields Read(ReadOnlyMemory<byte> octets)
    {
        var fields = new SignedFields(octets);
        fields.Read(octets.Span);
        return fields;
    }

    /// <summary>A field's octets, name and colon included.</summary>
    internal ReadOnlySpan<byte> Octets(in SignedField field) => _octets.Span.Slice(field.Offset, field.Length);

    /// <summary>A field's name.</summary>
    internal ReadOnlySpan<byte> Name(in SignedField field) => _octets.Span.Slice(field.Offset, field.NameLength);

    /// <summary>A field's value as characters of one octet each, so that places in it are places in the octets.</summary>
    internal string Value(in SignedField field) => Encoding.Latin1.GetString(Octets(field)[(field.Colon + 1)..]);

    /// <summary>Whether a field has this name.</summary>
    internal bool Is(in SignedField field, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name(field), name);

    /// <summary>How many fields have this name.</summary>
    internal int Count(ReadOnlySpan<byte> name)
    {
        var count = 0;
        foreach (var field in _fields)
        {
            if (Is(field, name))
                count++;
        }

        return count;
    }

    private void Read(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        while (at < octets.Length)
        {
            var rest = octets[at..];
            var length = LineLength(rest);
            if (rest[0] == '\n' || rest.StartsWith("\r\n"u8))
            {
                Length = at + length;
                return;
            }

            var colon = HeaderField.NameLength(rest[..length], out var name);
            if (colon < 0)
                break;
            while (length < rest.Length && HeaderField.IsContinuation(rest[length..]))
                length += LineLength(rest[length..]);
            if (_fields.Count == HeaderSection.MaxFields)
                AreTooMany = true;
            else
                _fields.Add(new SignedField(at, name, colon, WithoutLineEnd(rest[..length])));
            at += length;
        }

        Length = at;
    }

    private static int LineLength(ReadOnlySpan<byte> rest)
    {
        var feed = rest.IndexOf((byte)'\n');
        return feed < 0 ? rest.Length : feed + 1;
    }

    private static int WithoutLineEnd(ReadOnlySpan<byte> field)
    {
        if (field.EndsWith("\r\n"u8))
            return field.Length - 2;
        return field[^1] == '\n' ? field.Length - 1 : field.Length;
    }
}
