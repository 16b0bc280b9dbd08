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

/// <summary>A path as MAIL or RCPT carries it.</summary>
/// <param name="Mailbox">The address; null for the null reverse-path <c>&lt;&gt;</c> (RFC 5321 §4.5.5).</param>
/// <param name="HasSourceRoute">Whether a source route stood before the address (RFC 5321 §4.1.1.3, appendix C); it is never followed.</param>
/// <param name="HasTrailingDot">Whether the domain was written with a trailing dot; the grammar does not allow it, the parser strips it and says so.</param>
public readonly record struct SmtpPath(Mailbox? Mailbox, bool HasSourceRoute, bool HasTrailingDot);

/// <summary>
/// Reads the paths of MAIL FROM and RCPT TO (RFC 5321 §4.1.2, RFC 6531 §3.3): strictly by the grammar, in one pass, bounded.
/// </summary>
public static partial class PathParser;
