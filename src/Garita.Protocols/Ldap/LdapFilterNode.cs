using System.Formats.Asn1;
using System.Text;

namespace Garita.Protocols.Ldap;

/// <summary>A value of a filter: octets with places for the address.</summary>
/// <param name="parts">Octets, or one of the letters of <see cref="LdapFilter"/>'s placeholders.</param>
internal sealed class LdapFilterValue(IReadOnlyList<(byte[] Octets, char Placeholder)> parts)
{
    internal bool NeedsAddress { get; } = parts.Any(static part => part.Placeholder != '\0');

    internal bool IsEmpty => parts.Count == 0;

    internal byte[] For(ReadOnlySpan<byte> address)
    {
        if (parts is [(var only, '\0')])
            return only;
        var at = address.LastIndexOf((byte)'@');
        var octets = new List<byte>();
        foreach (var (literal, placeholder) in parts)
        {
            octets.AddRange(placeholder switch
            {
                's' => address,
                'u' => at < 0 ? address : address[..at],
                'd' => at < 0 ? default : address[(at + 1)..],
                _ => literal,
            });
        }

        return [.. octets];
    }
}

/// <summary>One component of a filter (RFC 4511 §4.5.1.7).</summary>
internal abstract class LdapFilterNode
{
    internal static readonly Asn1Tag OrTag = Context(1);
    private static readonly Asn1Tag AndTag = Context(0);
    private static readonly Asn1Tag NotTag = Context(2);
    private static readonly Asn1Tag SubstringsTag = Context(4);
    private static readonly Asn1Tag ExtensibleTag = Context(9);

    internal abstract bool NeedsAddress { get; }

    internal abstract void Write(AsnWriter writer, ReadOnlySpan<byte> address);

    internal static LdapFilterNode And(params LdapFilterNode[] nodes) => new SetNode(AndTag, nodes);

    internal static LdapFilterNode Or(params LdapFilterNode[] nodes) => new SetNode(OrTag, nodes);

    internal static LdapFilterNode Not(LdapFilterNode node) => new SetNode(NotTag, [node]);

    /// <summary>equalityMatch [3], greaterOrEqual [5], lessOrEqual [6], approxMatch [8].</summary>
    internal static LdapFilterNode Compare(int tag, string attribute, LdapFilterValue value) => new CompareNode(Context(tag), attribute, value);

    /// <summary>The attribute equals prefix and address.</summary>
    internal static LdapFilterNode Match(string attribute, string prefix) =>
        Compare(3, attribute, new LdapFilterValue(prefix.Length == 0 ? [([], 's')] : [(Encoding.UTF8.GetBytes(prefix), '\0'), ([], 's')]));

    internal static LdapFilterNode Present(string attribute) => new PresentNode(attribute);

    /// <summary>Parts between the asterisks; the first and the last may be empty.</summary>
    internal static LdapFilterNode Substrings(string attribute, IReadOnlyList<LdapFilterValue> parts) => new SubstringNode(attribute, parts);

    internal static LdapFilterNode Extensible(string attribute, string rule, bool withDn, LdapFilterValue value) => new ExtensibleNode(attribute, rule, withDn, value);

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class SetNode(Asn1Tag tag, IReadOnlyList<LdapFilterNode> nodes) : LdapFilterNode
    {
        internal override bool NeedsAddress { get; } = nodes.Any(static node => node.NeedsAddress);

        internal override void Write(AsnWriter writer, ReadOnlySpan<byte> address)
        {
            writer.PushSequence(tag);
            foreach (var node in nodes)
                node.Write(writer, address);
            writer.PopSequence(tag);
        }
    }

    private sealed class CompareNode(Asn1Tag tag, string attribute, LdapFilterValue value) : LdapFilterNode
    {
        internal override bool NeedsAddress => value.NeedsAddress;

        internal override void Write(AsnWriter writer, ReadOnlySpan<byte> address)
        {
            writer.PushSequence(tag);
            writer.WriteOctetString(Utf8(attribute));
            writer.WriteOctetString(value.For(address));
            writer.PopSequence(tag);
        }
    }

    private sealed class PresentNode(string attribute) : LdapFilterNode
    {
        internal override bool NeedsAddress => false;

        internal override void Write(AsnWriter writer, ReadOnlySpan<byte> address) => writer.WriteOctetString(Utf8(attribute), Context(7));
    }

    private sealed class SubstringNode(string attribute, IReadOnlyList<LdapFilterValue> parts) : LdapFilterNode
    {
        internal override bool NeedsAddress { get; } = parts.Any(static part => part.NeedsAddress);

        // initial [0], any [1], final [2]
        internal override void Write(AsnWriter writer, ReadOnlySpan<byte> address)
        {
            writer.PushSequence(SubstringsTag);
            writer.WriteOctetString(Utf8(attribute));
            writer.PushSequence();
            for (var i = 0; i < parts.Count; i++)
            {
                if (!parts[i].IsEmpty)
                    writer.WriteOctetString(parts[i].For(address), Context(i == 0 ? 0 : i == parts.Count - 1 ? 2 : 1));
            }

            writer.PopSequence();
            writer.PopSequence(SubstringsTag);
        }
    }

    private sealed class ExtensibleNode(string attribute, string rule, bool withDn, LdapFilterValue value) : LdapFilterNode
    {
        internal override bool NeedsAddress => value.NeedsAddress;

        // matchingRule [1], type [2], matchValue [3], dnAttributes [4]
        internal override void Write(AsnWriter writer, ReadOnlySpan<byte> address)
        {
            writer.PushSequence(ExtensibleTag);
            if (rule.Length > 0)
                writer.WriteOctetString(Utf8(rule), Context(1));
            if (attribute.Length > 0)
                writer.WriteOctetString(Utf8(attribute), Context(2));
            writer.WriteOctetString(value.For(address), Context(3));
            if (withDn)
                writer.WriteBoolean(true, Context(4));
            writer.PopSequence(ExtensibleTag);
        }
    }
}
