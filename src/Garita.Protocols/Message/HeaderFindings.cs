namespace Garita.Protocols.Message;

/// <summary>What is wrong or remarkable in a message's header section; facts for rules, not verdicts.</summary>
[Flags]
public enum HeaderFindings : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>
    /// The section ends in a non-empty line that is no field (or begins with a folded one): some readers go on behind it,
    /// others take the body to begin there (Exim bug 3036).
    /// </summary>
    Gap = 1,
    /// <summary>That line has no colon.</summary>
    NoColon = 2,
    /// <summary>An octet above 127 (RFC 6532 allows them with SMTPUTF8 only).</summary>
    EightBit = 4,
    /// <summary>More than 1,000 fields.</summary>
    TooManyFields = 8,
    /// <summary>More than 256 KiB, or no end within what was given of a longer message.</summary>
    TooLarge = 16,
    /// <summary>No From field (RFC 5322 §3.6).</summary>
    NoFrom = 32,
    /// <summary>More than one From field.</summary>
    TwoFrom = 64,
    /// <summary>A From field of which no one address can be read.</summary>
    UnreadableFrom = 128,
    /// <summary>
    /// A From field that needs the obsolete syntax (RFC 5322 §4.4) or more patience than that, or names more than one author.
    /// </summary>
    LooseFrom = 256,
    /// <summary>In an address field comments or angle brackets are deeper than 5 or not balanced (CVE-2002-1337, CVE-2003-0161).</summary>
    AddressDepth = 512,
    /// <summary>An address field of more than 1,000 addresses.</summary>
    AddressCount = 1024,
    /// <summary>An address field of more than 64 KiB.</summary>
    AddressSize = 2048,
    /// <summary>Octets above 127 that are not UTF-8.</summary>
    EightBitInvalid = 4096,
}
