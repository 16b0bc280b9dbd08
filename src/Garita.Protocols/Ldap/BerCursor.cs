namespace Garita.Protocols.Ldap;

/// <summary>
/// Walks along BER elements as LDAP restricts them (RFC 4511 §5.1): definite lengths, tags of one octet. It allocates nothing, throws nothing and
/// does not recurse. The reader in the platform is not used for what comes from outside: it throws on what is malformed, and copies.
/// </summary>
internal ref struct BerCursor(ReadOnlySpan<byte> octets)
{
    internal const byte Boolean = 0x01;
    internal const byte Integer = 0x02;
    internal const byte OctetString = 0x04;
    internal const byte Enumerated = 0x0A;
    internal const byte Sequence = 0x30;
    internal const byte Set = 0x31;

    private ReadOnlySpan<byte> _rest = octets;

    internal readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Reads tag and length.</summary>
    /// <param name="octets">From the tag on.</param>
    /// <param name="most">The longest content.</param>
    /// <param name="header">Octets of tag and length.</param>
    /// <param name="length">Octets of the content.</param>
    internal static LdapStatus ReadHeader(ReadOnlySpan<byte> octets, int most, out int header, out int length)
    {
        (header, length) = (0, 0);
        if (octets.IsEmpty)
            return LdapStatus.Incomplete;
        // X.690 §8.1.2.4: tag numbers from 31 on take more octets; LDAP has none.
        if ((octets[0] & 0x1F) == 0x1F)
            return LdapStatus.Malformed;
        if (octets.Length < 2)
            return LdapStatus.Incomplete;
        var first = octets[1];
        if (first < 0x80)
        {
            (header, length) = (2, first);
            return length > most ? LdapStatus.TooLarge : LdapStatus.Message;
        }

        // RFC 4511 §5.1: no indefinite form. Some servers write every length in four octets.
        var count = first & 0x7F;
        if (count is 0 or > 4)
            return LdapStatus.Malformed;
        if (octets.Length < 2 + count)
            return LdapStatus.Incomplete;
        long value = 0;
        foreach (var octet in octets.Slice(2, count))
            value = (value << 8) | octet;
        if (value > most)
            return LdapStatus.TooLarge;
        (header, length) = (2 + count, (int)value);
        return LdapStatus.Message;
    }

    /// <summary>Whether the next element has this tag.</summary>
    internal readonly bool IsNext(byte tag) => !_rest.IsEmpty && _rest[0] == tag;

    /// <summary>Takes the next element, whatever it is.</summary>
    internal bool TryTake(out byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        tag = 0;
        if (ReadHeader(_rest, _rest.Length, out var header, out var length) != LdapStatus.Message || length > _rest.Length - header)
            return false;
        tag = _rest[0];
        content = _rest.Slice(header, length);
        _rest = _rest[(header + length)..];
        return true;
    }

    /// <summary>Takes the next element, which must have this tag.</summary>
    internal bool TryTake(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        return IsNext(tag) && TryTake(out _, out content);
    }

    /// <summary>Takes an INTEGER or ENUMERATED from 0 to 2^31 - 1 (RFC 4511 §4.1.1, maxInt).</summary>
    internal bool TryTakeNumber(byte tag, out int number)
    {
        number = 0;
        if (!TryTake(tag, out var content) || content.Length is 0 or > 5 || content[0] >= 0x80)
            return false;
        long value = 0;
        foreach (var octet in content)
            value = (value << 8) | octet;
        number = (int)value;
        return value <= int.MaxValue;
    }
}
