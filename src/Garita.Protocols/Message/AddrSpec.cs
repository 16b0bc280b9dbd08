using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Garita.Protocols.Message;

/// <summary>
/// An addr-spec while it is read (RFC 5322 §3.4.1, §4.4): the octets of both parts without quotes, comments and white space, in a
/// fixed buffer, and whether the strict grammar sufficed.
/// </summary>
internal ref struct AddrSpec
{
    /// <summary>Octets of local part and domain (RFC 5321 §4.5.3.1.1, §4.5.3.1.2) that are read; a longer address is none.</summary>
    internal const int Capacity = 64 + 255;

    private static readonly SearchValues<byte> Specials = SearchValues.Create(" \"(),:;<>@[\\]"u8);

    private readonly Span<byte> _octets;
    private int _local;
    private int _length;
    private bool _inDomain;
    private bool _isBroken;

    internal AddrSpec(Span<byte> buffer) => _octets = buffer[..Capacity];

    /// <summary>Whether it needed the obsolete syntax.</summary>
    internal bool IsLoose { get; set; }

    internal readonly bool IsEmpty => _length == 0;

    internal void Clear()
    {
        _length = 0;
        _local = 0;
        _inDomain = false;
        _isBroken = false;
        IsLoose = false;
    }

    /// <summary>The local part is complete.</summary>
    internal void BeginDomain()
    {
        _local = _length;
        _inDomain = true;
    }

    internal void Add(byte octet)
    {
        if (_length == Capacity || octet is < (byte)' ' or 127)
            _isBroken = true;
        else
            _octets[_length++] = _inDomain && octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
    }

    internal void Add(ReadOnlySpan<byte> octets)
    {
        // What is too long is broken, and not looked at further.
        foreach (var octet in octets)
        {
            if (_isBroken)
                return;
            Add(octet);
        }
    }

    /// <summary>Adds the content of a quoted string, its pairs resolved and its folding removed (RFC 5322 §3.2.4, §2.2.3).</summary>
    internal void AddQuoted(ReadOnlySpan<byte> content)
    {
        for (var at = 0; at < content.Length && !_isBroken; at++)
        {
            if (content[at] == '\\' && at + 1 < content.Length)
                Add(content[++at]);
            else if (content[at] is not ((byte)'\r' or (byte)'\n'))
                Add(content[at]);
        }
    }

    /// <summary>The address, its local part quoted where it must be; null when it is too long, holds controls or is not UTF-8.</summary>
    internal readonly string? Write()
    {
        var local = _octets[.._local];
        var domain = _octets[_local.._length];
        if (_isBroken || domain.IsEmpty || !Utf8.IsValid(local) || !Utf8.IsValid(domain))
            return null;
        Span<byte> text = stackalloc byte[(2 * Capacity) + 3];
        var at = 0;
        var isQuoted = !IsDotAtom(local);
        if (isQuoted)
            text[at++] = (byte)'"';
        foreach (var octet in local)
        {
            if (isQuoted && octet is (byte)'"' or (byte)'\\')
                text[at++] = (byte)'\\';
            text[at++] = octet;
        }
        if (isQuoted)
            text[at++] = (byte)'"';
        text[at++] = (byte)'@';
        domain.CopyTo(text[at..]);
        var address = Encoding.UTF8.GetString(text[..(at + domain.Length)]);
        // RFC 6532 §3.2 lets the C1 controls through; terminals and logs act on them.
        return address.AsSpan().ContainsAnyInRange('\u0080', '\u009F') ? null : address;
    }

    // RFC 5322 §3.2.3.
    private static bool IsDotAtom(ReadOnlySpan<byte> local) =>
        !local.IsEmpty && local[0] != '.' && local[^1] != '.' && local.IndexOf(".."u8) < 0 && !local.ContainsAny(Specials);
}
