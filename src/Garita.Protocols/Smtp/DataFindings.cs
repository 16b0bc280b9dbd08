namespace Garita.Protocols.Smtp;

/// <summary>What the data of a message had besides its content; facts for rules, not verdicts.</summary>
[Flags]
public enum DataFindings : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>An LF without a CR before it (RFC 5321 §2.3.8).</summary>
    BareLf = 1,
    /// <summary>A CR without an LF behind it (RFC 5321 §2.3.8).</summary>
    BareCr = 2,
    /// <summary>A NUL octet (RFC 5322 §4); reading stopped there.</summary>
    Nul = 4,
    /// <summary>A line of one dot that is a line by another reading of line ends than CRLF; reading stopped there.</summary>
    MisframedDot = 8,
    /// <summary>A line of more than 998 octets without its line end (RFC 5321 §4.5.3.1.6, RFC 5322 §2.1.1).</summary>
    LongLine = 16,
    /// <summary>A line of more than 8,192 octets without its line end.</summary>
    OverlongLine = 32,
    /// <summary>An octet above 127 (RFC 6152).</summary>
    EightBit = 64,
}
