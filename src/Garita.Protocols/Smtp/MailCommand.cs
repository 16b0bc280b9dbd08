using Garita.Protocols.Address;

namespace Garita.Protocols.Smtp;

/// <summary>The BODY parameter (RFC 6152 §2).</summary>
public enum MailBody : byte
{
    /// <summary>Not given.</summary>
    None,
    /// <summary><c>BODY=7BIT</c>.</summary>
    SevenBit,
    /// <summary><c>BODY=8BITMIME</c>.</summary>
    EightBitMime,
}

/// <summary>The RET parameter: how much a failure notice returns (RFC 3461 §4.3).</summary>
public enum DsnReturn : byte
{
    /// <summary>Not given.</summary>
    None,
    /// <summary><c>RET=FULL</c>.</summary>
    Full,
    /// <summary><c>RET=HDRS</c>.</summary>
    Headers,
}

/// <summary>
/// The argument of MAIL, read (RFC 5321 §4.1.1.2). AUTH= (RFC 4954 §5) is checked and dropped: who may speak for whom inside is for the
/// mail server, and nobody outside is trusted to say it.
/// </summary>
public sealed class MailCommand
{
    /// <summary>The reverse-path; meaningless unless <see cref="PathError"/> is none.</summary>
    public SmtpPath Path { get; init; }

    /// <summary>What is wrong with the path.</summary>
    public PathError PathError { get; init; }

    /// <summary>The declared size in octets (RFC 1870 §6); a number of up to 20 digits beyond 63 bits is <see cref="long.MaxValue"/>; null when not given.</summary>
    public long? Size { get; init; }

    /// <summary>The declared kind of body.</summary>
    public MailBody Body { get; init; }

    /// <summary>Whether SMTPUTF8 was given (RFC 6531 §3.4).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>What a failure notice shall return.</summary>
    public DsnReturn Return { get; init; }

    /// <summary>The envelope identifier, decoded, printable ASCII, at most 100 characters (RFC 3461 §4.4); null when not given.</summary>
    public string? EnvelopeId { get; init; }
}
