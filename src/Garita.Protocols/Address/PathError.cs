namespace Garita.Protocols.Address;

/// <summary>Why a path was not understood.</summary>
public enum PathError : byte
{
    /// <summary>It was understood.</summary>
    None,
    /// <summary>No angle brackets around it.</summary>
    NoBrackets,
    /// <summary>The local part breaks the grammar.</summary>
    LocalPart,
    /// <summary>The domain or address literal breaks the grammar.</summary>
    Domain,
    /// <summary>The local part has more than 64 octets (RFC 5321 §4.5.3.1.1).</summary>
    LocalPartTooLong,
    /// <summary>The domain has more than 255 octets (RFC 5321 §4.5.3.1.2).</summary>
    DomainTooLong,
    /// <summary>The path has more than 256 octets (RFC 5321 §4.5.3.1.3).</summary>
    PathTooLong,
    /// <summary>Octets above 127 without SMTPUTF8, or not valid UTF-8, or not allowed there (RFC 6531 §3.3).</summary>
    EightBit,
    /// <summary>A control character (NUL among them).</summary>
    Control,
}
