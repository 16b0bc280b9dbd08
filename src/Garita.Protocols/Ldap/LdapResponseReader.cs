using System.Text;

namespace Garita.Protocols.Ldap;

/// <summary>
/// Reads the messages of a directory server (RFC 4511): bind, search and extended responses with the paging control of RFC 2696. Bounded in every
/// direction, and without state: the same octets give the same messages however they arrive. Whoever calls keeps the octets until a message is whole.
/// It does not follow referrals and knows no SASL.
/// </summary>
public static class LdapResponseReader
{
    /// <summary>The longest message, octets without its header.</summary>
    public const int MaxMessage = 1024 * 1024;

    /// <summary>The longest value, name or cookie, octets.</summary>
    public const int MaxValue = 64 * 1024;

    /// <summary>Most attributes of an entry.</summary>
    public const int MaxAttributes = 256;

    /// <summary>Most values of an entry, over all attributes.</summary>
    public const int MaxValues = 20_000;

    /// <summary>Most controls of a message.</summary>
    public const int MaxControls = 32;

    private const int MaxDescription = 256;
    private const int MaxText = 200;

    /// <summary>Reads one message.</summary>
    /// <param name="octets">What has come.</param>
    /// <param name="response">The message; null unless <see cref="LdapStatus.Message"/>. Its values are copies.</param>
    /// <param name="consumed">Octets it took; 0 unless <see cref="LdapStatus.Message"/>.</param>
    public static LdapStatus Read(ReadOnlySpan<byte> octets, out LdapResponse? response, out int consumed)
    {
        (response, consumed) = (null, 0);
        var status = Frame(octets, out var header, out var length);
        if (status != LdapStatus.Message)
            return status;
        if (octets.Length - header < length)
            return LdapStatus.Incomplete;
        status = ReadMessage(octets.Slice(header, length), out response);
        if (status == LdapStatus.Message)
            consumed = header + length;
        return status;
    }

    /// <summary>How many octets the message that begins here has in all; 0 while that is not known.</summary>
    /// <param name="octets">What has come.</param>
    public static int Needed(ReadOnlySpan<byte> octets) => Frame(octets, out var header, out var length) == LdapStatus.Message ? header + length : 0;

    private static LdapStatus Frame(ReadOnlySpan<byte> octets, out int header, out int length)
    {
        (header, length) = (0, 0);
        // RFC 4511 §4.1.1: LDAPMessage ::= SEQUENCE
        if (!octets.IsEmpty && octets[0] != BerCursor.Sequence)
            return LdapStatus.Malformed;
        return BerCursor.ReadHeader(octets, MaxMessage, out header, out length);
    }

    private static LdapStatus ReadMessage(ReadOnlySpan<byte> content, out LdapResponse? response)
    {
        response = null;
        var message = new BerCursor(content);
        if (!message.TryTakeNumber(BerCursor.Integer, out var id) || !message.TryTake(out var tag, out var operation))
            return LdapStatus.Malformed;
        ReadOnlyMemory<byte>? cookie = null;
        // RFC 4511 §4.1.11: controls [0]
        if (message.TryTake(0xA0, out var controls) && ReadControls(controls, ref cookie) is var wrong and not LdapStatus.Message)
            return wrong;
        // RFC 4511 §4: what a later version adds behind is not looked at, but must be elements.
        while (!message.IsEmpty)
        {
            if (!message.TryTake(out _, out _))
                return LdapStatus.Malformed;
        }

        // APPLICATION n, constructed.
        return (tag & 0xE0) != 0x60 ? LdapStatus.Malformed : (LdapOperation)(tag & 0x1F) switch
        {
            LdapOperation.SearchEntry => ReadEntry(operation, id, out response),
            LdapOperation.BindResponse or LdapOperation.SearchDone or LdapOperation.ExtendedResponse => ReadResult(operation, id, (LdapOperation)(tag & 0x1F), cookie, out response),
            LdapOperation.SearchReference or LdapOperation.IntermediateResponse => Other(id, (LdapOperation)(tag & 0x1F), out response),
            _ => LdapStatus.Malformed,
        };
    }

    private static LdapStatus Other(int id, LdapOperation operation, out LdapResponse response)
    {
        response = new LdapResponse { MessageId = id, Operation = operation, HasReferral = operation == LdapOperation.SearchReference };
        return LdapStatus.Message;
    }

    // RFC 4511 §4.1.9
    private static LdapStatus ReadResult(ReadOnlySpan<byte> content, int id, LdapOperation operation, ReadOnlyMemory<byte>? cookie, out LdapResponse? response)
    {
        response = null;
        var result = new BerCursor(content);
        if (!result.TryTakeNumber(BerCursor.Enumerated, out var code) || !result.TryTake(BerCursor.OctetString, out _) || !result.TryTake(BerCursor.OctetString, out var text))
            return LdapStatus.Malformed;
        var hasReferral = result.TryTake(0xA3, out _);
        while (!result.IsEmpty)
        {
            if (!result.TryTake(out _, out _))
                return LdapStatus.Malformed;
        }

        response = new LdapResponse { MessageId = id, Operation = operation, Code = (LdapResultCode)code, SafeText = Safe(text), HasReferral = hasReferral, Cookie = cookie };
        return LdapStatus.Message;
    }

    // RFC 4511 §4.5.2
    private static LdapStatus ReadEntry(ReadOnlySpan<byte> content, int id, out LdapResponse? response)
    {
        response = null;
        var entry = new BerCursor(content);
        if (!entry.TryTake(BerCursor.OctetString, out var name) || !entry.TryTake(BerCursor.Sequence, out var list) || !entry.IsEmpty)
            return LdapStatus.Malformed;
        if (name.Length > MaxValue)
            return LdapStatus.TooLarge;
        var attributes = new List<LdapAttribute>();
        var left = MaxValues;
        for (var rest = new BerCursor(list); !rest.IsEmpty;)
        {
            if (!rest.TryTake(BerCursor.Sequence, out var attribute))
                return LdapStatus.Malformed;
            if (attributes.Count == MaxAttributes)
                return LdapStatus.TooLarge;
            var status = ReadAttribute(attribute, ref left, out var read);
            if (status != LdapStatus.Message)
                return status;
            attributes.Add(read!);
        }

        response = new LdapResponse { MessageId = id, Operation = LdapOperation.SearchEntry, Name = Encoding.UTF8.GetString(name), Attributes = attributes };
        return LdapStatus.Message;
    }

    // RFC 4511 §4.1.7
    private static LdapStatus ReadAttribute(ReadOnlySpan<byte> content, ref int left, out LdapAttribute? attribute)
    {
        attribute = null;
        var parts = new BerCursor(content);
        if (!parts.TryTake(BerCursor.OctetString, out var description) || !parts.TryTake(BerCursor.Set, out var set) || !parts.IsEmpty)
            return LdapStatus.Malformed;
        if (description.Length is 0 or > MaxDescription || description.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            return LdapStatus.Malformed;
        var values = new List<ReadOnlyMemory<byte>>();
        for (var rest = new BerCursor(set); !rest.IsEmpty;)
        {
            if (!rest.TryTake(BerCursor.OctetString, out var value))
                return LdapStatus.Malformed;
            if (value.Length > MaxValue || left-- == 0)
                return LdapStatus.TooLarge;
            values.Add(value.ToArray());
        }

        // RFC 4512 §2.5: options behind semicolons.
        var text = Encoding.ASCII.GetString(description);
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        attribute = semicolon < 0 ? new LdapAttribute(text, "", values) : new LdapAttribute(text[..semicolon], text[semicolon..], values);
        return LdapStatus.Message;
    }

    private static LdapStatus ReadControls(ReadOnlySpan<byte> content, ref ReadOnlyMemory<byte>? cookie)
    {
        var count = 0;
        for (var rest = new BerCursor(content); !rest.IsEmpty;)
        {
            if (!rest.TryTake(BerCursor.Sequence, out var one))
                return LdapStatus.Malformed;
            if (++count > MaxControls)
                return LdapStatus.TooLarge;
            var control = new BerCursor(one);
            if (!control.TryTake(BerCursor.OctetString, out var name))
                return LdapStatus.Malformed;
            control.TryTake(BerCursor.Boolean, out _);
            if (!control.TryTake(BerCursor.OctetString, out var value) && !control.IsEmpty)
                return LdapStatus.Malformed;
            if (name.SequenceEqual(LdapRequest.PagedResults) && ReadCookie(value, ref cookie) is var wrong and not LdapStatus.Message)
                return wrong;
        }

        return LdapStatus.Message;
    }

    // RFC 2696 §2: realSearchControlValue ::= SEQUENCE { size INTEGER, cookie OCTET STRING }
    private static LdapStatus ReadCookie(ReadOnlySpan<byte> content, ref ReadOnlyMemory<byte>? cookie)
    {
        var outer = new BerCursor(content);
        if (!outer.TryTake(BerCursor.Sequence, out var pair) || !outer.IsEmpty)
            return LdapStatus.Malformed;
        var inner = new BerCursor(pair);
        if (!inner.TryTakeNumber(BerCursor.Integer, out _) || !inner.TryTake(BerCursor.OctetString, out var value) || !inner.IsEmpty)
            return LdapStatus.Malformed;
        if (value.Length > MaxValue)
            return LdapStatus.TooLarge;
        cookie = value.ToArray();
        return LdapStatus.Message;
    }

    private static string Safe(ReadOnlySpan<byte> text) => string.Create(Math.Min(text.Length, MaxText), text, static (safe, octets) =>
    {
        for (var i = 0; i < safe.Length; i++)
            safe[i] = octets[i] is >= (byte)' ' and <= (byte)'~' ? (char)octets[i] : '?';
    });
}
