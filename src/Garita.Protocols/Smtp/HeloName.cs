namespace Garita.Protocols.Smtp;

/// <summary>What a client calls itself in HELO or EHLO (RFC 5321 §4.1.1.1).</summary>
/// <param name="Text">Printable ASCII, at most 255 characters: domain in lower case, address literal in its usual form, or, when malformed, the octets with others than printable ASCII as <c>\xNN</c>.</param>
/// <param name="Form">Its form.</param>
public readonly record struct HeloName(string Text, HeloForm Form);

/// <summary>The form of a HELO name.</summary>
public enum HeloForm : byte
{
    /// <summary>Neither a domain nor an address.</summary>
    Malformed,
    /// <summary>A domain with at least one dot.</summary>
    Domain,
    /// <summary>A domain of one label, such as <c>localhost</c>.</summary>
    SingleLabel,
    /// <summary>An address literal in brackets (RFC 5321 §4.1.3).</summary>
    AddressLiteral,
    /// <summary>An address without brackets.</summary>
    BareAddress,
}
