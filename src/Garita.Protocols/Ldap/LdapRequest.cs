using System.Formats.Asn1;
using System.Text;

namespace Garita.Protocols.Ldap;

/// <summary>A search below a base (RFC 4511 §4.5.1): the whole subtree or one entry, aliases not followed.</summary>
public sealed record LdapSearch
{
    /// <summary>Where it begins, a DN.</summary>
    public required string Base { get; init; }

    /// <summary>Whether only the base itself is meant.</summary>
    public bool IsBaseOnly { get; init; }

    /// <summary>Attributes to give; empty: none, only that there is an entry.</summary>
    public required IReadOnlyList<string> Attributes { get; init; }

    /// <summary>Most entries; 0 for no limit of ours.</summary>
    public int SizeLimit { get; init; }

    /// <summary>Seconds the server may take; 0 for no limit of ours.</summary>
    public int TimeLimit { get; init; }

    /// <summary>Entries of one page (RFC 2696); 0 for no paging.</summary>
    public int PageSize { get; init; }
}

/// <summary>
/// Writes the requests that are needed of RFC 4511. What comes from outside is only ever an octet value in them, never part of a text that is parsed.
/// </summary>
public static class LdapRequest
{
    /// <summary>The control of RFC 2696 §2, <c>1.2.840.113556.1.4.319</c>.</summary>
    internal static ReadOnlySpan<byte> PagedResults => "1.2.840.113556.1.4.319"u8;

    /// <summary>StartTLS (RFC 4511 §4.14.1).</summary>
    private static ReadOnlySpan<byte> StartTlsName => "1.3.6.1.4.1.1466.20037"u8;

    /// <summary>A simple bind (RFC 4511 §4.2, RFC 4513 §5.1).</summary>
    /// <param name="id">Message id, from 1.</param>
    /// <param name="name">DN, or what the server takes for one; empty for anonymous.</param>
    /// <param name="password">The password. With a name it must not be empty: that would be an unauthenticated bind, which succeeds (RFC 4513 §5.1.2).</param>
    public static byte[] Bind(int id, string name, ReadOnlySpan<byte> password)
    {
        if (password.IsEmpty != (name.Length == 0))
            throw new ArgumentException("a name and a password, or neither", nameof(password));
        var writer = Begin(id);
        writer.PushSequence(Application(0));
        writer.WriteInteger(3);
        writer.WriteOctetString(Encoding.UTF8.GetBytes(name));
        writer.WriteOctetString(password, Context(0));
        writer.PopSequence(Application(0));
        return End(writer);
    }

    /// <summary>StartTLS (RFC 4511 §4.14.1).</summary>
    /// <param name="id">Message id, from 1.</param>
    public static byte[] StartTls(int id)
    {
        var writer = Begin(id);
        writer.PushSequence(Application(23));
        writer.WriteOctetString(StartTlsName, Context(0));
        writer.PopSequence(Application(23));
        return End(writer);
    }

    /// <summary>Goodbye (RFC 4511 §4.3).</summary>
    /// <param name="id">Message id, from 1.</param>
    public static byte[] Unbind(int id)
    {
        var writer = Begin(id);
        writer.WriteNull(Application(2));
        return End(writer);
    }

    /// <summary>Gives a request up (RFC 4511 §4.11).</summary>
    /// <param name="id">Message id, from 1.</param>
    /// <param name="given">The id of the request that is given up.</param>
    public static byte[] Abandon(int id, int given)
    {
        var writer = Begin(id);
        writer.WriteInteger(given, Application(16));
        return End(writer);
    }

    /// <summary>A search (RFC 4511 §4.5.1).</summary>
    /// <param name="id">Message id, from 1.</param>
    /// <param name="search">Where and what.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="cookie">The cookie of the page before; empty for the first.</param>
    /// <param name="addresses">UTF-8 addresses for the filter's placeholders; where there are several, one match is enough. None for a filter without.</param>
    public static byte[] Search(int id, LdapSearch search, LdapFilter filter, ReadOnlySpan<byte> cookie, params IReadOnlyList<byte[]> addresses)
    {
        var writer = Begin(id);
        writer.PushSequence(Application(3));
        writer.WriteOctetString(Encoding.UTF8.GetBytes(search.Base));
        // baseObject or wholeSubtree, neverDerefAliases
        writer.WriteEncodedValue([BerCursor.Enumerated, 1, (byte)(search.IsBaseOnly ? 0 : 2)]);
        writer.WriteEncodedValue([BerCursor.Enumerated, 1, 0]);
        writer.WriteInteger(search.SizeLimit);
        writer.WriteInteger(search.TimeLimit);
        writer.WriteBoolean(false);
        filter.Write(writer, addresses);
        writer.PushSequence();
        // RFC 4511 §4.5.1.8: "1.1" asks for no attributes; an empty list would ask for all.
        if (search.Attributes.Count == 0)
            writer.WriteOctetString("1.1"u8);
        foreach (var attribute in search.Attributes)
            writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute));
        writer.PopSequence();
        writer.PopSequence(Application(3));
        if (search.PageSize > 0)
            WritePaging(writer, search.PageSize, cookie);
        return End(writer);
    }

    // RFC 2696 §2; critical, because a server that cannot page would send everything at once.
    private static void WritePaging(AsnWriter writer, int size, ReadOnlySpan<byte> cookie)
    {
        var value = new AsnWriter(AsnEncodingRules.BER);
        value.PushSequence();
        value.WriteInteger(size);
        value.WriteOctetString(cookie);
        value.PopSequence();
        writer.PushSequence(Context(0));
        writer.PushSequence();
        writer.WriteOctetString(PagedResults);
        writer.WriteBoolean(true);
        writer.WriteOctetString(value.Encode());
        writer.PopSequence();
        writer.PopSequence(Context(0));
    }

    private static AsnWriter Begin(int id)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        writer.PushSequence();
        writer.WriteInteger(id);
        return writer;
    }

    private static byte[] End(AsnWriter writer)
    {
        writer.PopSequence();
        return writer.Encode();
    }

    private static Asn1Tag Application(int number) => new(TagClass.Application, number);

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);
}
