using System.Formats.Asn1;

namespace Garita.Protocols.Ldap;

/// <summary>
/// A search filter, read once from its text (RFC 4515) and written as BER (RFC 4511 §4.5.1.7) with the addresses that are asked for. Placeholders in values are
/// <c>%s</c> for the address, <c>%u</c> for what is before its last @, <c>%d</c> for what is behind, <c>%%</c> for a percent sign. What stands for them is an octet value:
/// no character in it can change the filter.
/// </summary>
public sealed class LdapFilter
{
    private readonly LdapFilterNode _root;

    private LdapFilter(LdapFilterNode root, string text)
    {
        _root = root;
        Text = text;
    }

    /// <summary>The text it was read from; of composed filters a description.</summary>
    public string Text { get; }

    /// <summary>Whether it has placeholders.</summary>
    public bool NeedsAddress => _root.NeedsAddress;

    /// <summary>Reads a filter.</summary>
    /// <param name="text">RFC 4515 §3; white space may stand between components.</param>
    /// <param name="filter">The filter, or null.</param>
    /// <param name="wrong">What was expected, and at which character; null when all is well.</param>
    public static bool TryParse(string text, out LdapFilter? filter, out string? wrong)
    {
        var parser = new LdapFilterParser(text);
        filter = parser.TryParse(out var root) ? new LdapFilter(root!, text) : null;
        wrong = filter is null ? parser.Expected : null;
        return filter is not null;
    }

    /// <summary>A filter whose text is a constant of the program.</summary>
    /// <param name="text">RFC 4515 §3.</param>
    /// <exception cref="FormatException">It is no filter.</exception>
    public static LdapFilter Parse(string text) => TryParse(text, out var filter, out var wrong) ? filter! : throw new FormatException(wrong);

    /// <summary>Entries that match this filter and have the address in one of these attributes.</summary>
    /// <param name="attributes">Attribute and what stands before an address in it (<c>smtp:</c> in proxyAddresses), or nothing.</param>
    public LdapFilter WithAddressIn(IEnumerable<(string Attribute, string Prefix)> attributes)
    {
        LdapFilterNode[] any = [.. attributes.Select(static pair => LdapFilterNode.Match(pair.Attribute, pair.Prefix))];
        return new LdapFilter(LdapFilterNode.And(_root, LdapFilterNode.Or(any)), $"{Text} with the address in {any.Length} attributes");
    }

    /// <summary>Writes the filter; with several addresses as one that matches any of them.</summary>
    /// <param name="writer">Where it is written.</param>
    /// <param name="addresses">Addresses in UTF-8; at least one where there are placeholders.</param>
    internal void Write(AsnWriter writer, IReadOnlyList<byte[]> addresses)
    {
        if (NeedsAddress && addresses.Count == 0)
            throw new ArgumentException("the filter has placeholders and there is no address", nameof(addresses));
        if (addresses.Count <= 1)
        {
            _root.Write(writer, addresses.Count == 0 ? default : addresses[0]);
            return;
        }

        writer.PushSequence(LdapFilterNode.OrTag);
        foreach (var address in addresses)
            _root.Write(writer, address);
        writer.PopSequence(LdapFilterNode.OrTag);
    }
}
