using System.Security.Cryptography;
using System.Text;

namespace Garita.SenderAuth.Dkim;

/// <summary>
/// The hash of what a signature covers of the header (RFC 6376 §3.7). One is used for all signatures of a message, one after the other;
/// its room is bounded by the header's size.
/// </summary>
/// <param name="fields">The message's fields.</param>
internal sealed class HeaderHash(SignedFields fields)
{
    private const int FirstRoom = 2048;

    private readonly bool[] _used = new bool[fields.All.Count];
    private byte[] _canonical = [];
    private int _length;

    /// <summary>Hashes the fields that a signature names and the signature itself.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="own">The field it stands in.</param>
    /// <param name="hash">Room for SHA-256.</param>
    internal void OfSignature(DkimSignature signature, in SignedField own, Span<byte> hash)
    {
        _length = 0;
        AddNamed(signature.Fields, signature.HeaderForm);
        AddWithoutSignature(own, signature.SignatureTag, signature.HeaderForm);
        Finish(hash);
    }

    /// <summary>Octets put together so far; may be set back, to 0 for a new beginning.</summary>
    internal int Length
    {
        get => _length;
        set => _length = Math.Min(value, _length);
    }

    /// <summary>Adds the fields of these names, each name the lowest field that is not yet taken (RFC 6376 §5.4.2); a name without one adds nothing.</summary>
    internal void AddNamed(IReadOnlyList<string> names, Canonicalization form)
    {
        Array.Clear(_used);
        foreach (var name in names)
        {
            for (var i = fields.All.Count - 1; i >= 0; i--)
            {
                var field = fields.All[i];
                if (_used[i] || field.NameLength != name.Length || !Ascii.EqualsIgnoreCase(fields.Name(field), name))
                    continue;
                _used[i] = true;
                Add(field, form);
                break;
            }
        }
    }

    /// <summary>Adds a field and a line end.</summary>
    internal void Add(in SignedField field, Canonicalization form)
    {
        Add(fields.Octets(field), field.NameLength, field.Colon, default, form);
        Write("\r\n"u8);
    }

    /// <summary>Adds a signature's own field with the value of <c>b=</c> taken out and no line end (RFC 6376 §3.7).</summary>
    /// <param name="field">The field.</param>
    /// <param name="signature">Place of the tag's value in the field's value.</param>
    /// <param name="form">The form.</param>
    internal void AddWithoutSignature(in SignedField field, (int Offset, int Length) signature, Canonicalization form) =>
        Add(fields.Octets(field), field.NameLength, field.Colon, (signature.Offset + field.Colon + 1, signature.Length), form);

    /// <summary>Adds a field that is not in the message, in the relaxed form and without a line end.</summary>
    /// <param name="octets">The field.</param>
    internal void AddNew(ReadOnlySpan<byte> octets)
    {
        var colon = octets.IndexOf((byte)':');
        Add(octets, colon, colon, default, Canonicalization.Relaxed);
    }

    /// <summary>Adds a line end.</summary>
    internal void AddLineEnd() => Write("\r\n"u8);

    /// <summary>Hashes the octets so far.</summary>
    /// <param name="hash">Room for SHA-256.</param>
    internal void Finish(Span<byte> hash) => SHA256.HashData(_canonical.AsSpan(0, _length), hash);

    private void Add(ReadOnlySpan<byte> octets, int name, int colon, (int Offset, int Length) without, Canonicalization form)
    {
        var before = without.Length == 0 ? octets.Length : without.Offset;
        var behind = without.Offset + without.Length;
        if (form == Canonicalization.Simple)
        {
            // RFC 6376 §3.4.1
            Write(octets[..before]);
            if (without.Length != 0)
                Write(octets[behind..]);
            return;
        }

        // RFC 6376 §3.4.2
        var room = Room(octets.Length + 1);
        Ascii.ToLower(octets[..name], room, out var written);
        room[written++] = (byte)':';
        var start = written;
        var pending = false;
        Relax(octets[(colon + 1)..before], room, ref written, start, ref pending);
        if (without.Length != 0)
            Relax(octets[behind..], room, ref written, start, ref pending);
        _length += written;
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Room(octets.Length));
        _length += octets.Length;
    }

    private Span<byte> Room(int octets)
    {
        if (_canonical.Length - _length < octets)
            Array.Resize(ref _canonical, Math.Max(Math.Max(FirstRoom, _canonical.Length * 2), _length + octets));
        return _canonical.AsSpan(_length);
    }

    // White space becomes one space, and none at either end; line ends within a field are white space too, since some stands behind each.
    private static void Relax(ReadOnlySpan<byte> value, Span<byte> room, ref int written, int start, ref bool pending)
    {
        while (!value.IsEmpty)
        {
            var run = value.IndexOfAny(" \t\r\n"u8);
            if (run == 0)
            {
                pending = true;
                run = value.IndexOfAnyExcept(" \t\r\n"u8);
                value = run < 0 ? [] : value[run..];
                continue;
            }

            if (pending && written > start)
                room[written++] = (byte)' ';
            pending = false;
            var text = run < 0 ? value : value[..run];
            text.CopyTo(room[written..]);
            written += text.Length;
            value = value[text.Length..];
        }
    }
}
