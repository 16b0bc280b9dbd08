using Garita.Protocols.Address;

namespace Garita.Protocols.Smtp;

/// <summary>The NOTIFY parameter: when the sender wants a notice (RFC 3461 §4.1).</summary>
[Flags]
public enum DsnNotify : byte
{
    /// <summary>Not given.</summary>
    None = 0,
    /// <summary>Under no condition; stands alone.</summary>
    Never = 1,
    /// <summary>On delivery.</summary>
    Success = 2,
    /// <summary>On failure.</summary>
    Failure = 4,
    /// <summary>On delay.</summary>
    Delay = 8,
}

/// <summary>The argument of RCPT, read (RFC 5321 §4.1.1.3).</summary>
public sealed class RcptCommand
{
    /// <summary>The forward-path; meaningless unless <see cref="PathError"/> is none.</summary>
    public SmtpPath Path { get; init; }

    /// <summary>What is wrong with the path.</summary>
    public PathError PathError { get; init; }

    /// <summary>When the sender wants a notice.</summary>
    public DsnNotify Notify { get; init; }

    /// <summary>
    /// The original recipient, address type in lower case and decoded address (<c>rfc822;a@b</c>), without control characters,
    /// at most 500 octets as received (RFC 3461 §4.2; type <c>utf-8</c>: RFC 6533 §3); null when not given.
    /// </summary>
    public string? OriginalRecipient { get; init; }
}
