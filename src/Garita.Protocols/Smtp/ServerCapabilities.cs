namespace Garita.Protocols.Smtp;

/// <summary>What a server offered in its reply to EHLO.</summary>
public readonly record struct ServerCapabilities
{
    /// <summary>RFC 2920.</summary>
    public bool Pipelining { get; init; }

    /// <summary>RFC 3207.</summary>
    public bool StartTls { get; init; }

    /// <summary>RFC 6152.</summary>
    public bool EightBitMime { get; init; }

    /// <summary>RFC 6531.</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>RFC 3461.</summary>
    public bool Dsn { get; init; }

    /// <summary>RFC 2034.</summary>
    public bool EnhancedStatusCodes { get; init; }

    /// <summary>Postfix XCLIENT_README.</summary>
    public bool XClient { get; init; }

    /// <summary>The attributes XCLIENT takes, in upper case; null where it is not offered.</summary>
    public string[]? XClientAttributes { get; init; }

    /// <summary>Octets of the largest message (RFC 1870); 0 when SIZE is offered without a limit, null when it is not offered.</summary>
    public long? Size { get; init; }

    /// <summary>Transactions in a session (RFC 9422).</summary>
    public int? LimitMailMax { get; init; }

    /// <summary>Recipients in a transaction (RFC 9422).</summary>
    public int? LimitRcptMax { get; init; }

    /// <summary>Recipient domains in a transaction (RFC 9422).</summary>
    public int? LimitRcptDomainMax { get; init; }
}
