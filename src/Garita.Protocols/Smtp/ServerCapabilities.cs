namespace Garita.Protocols.Smtp;

/// <summary>What a server offered in its EHLO reply (RFC 5321 §4.1.1.1), as far as it is used. The default value offers nothing, as after HELO.</summary>
public readonly record struct ServerCapabilities
{
    /// <summary>PIPELINING (RFC 2920).</summary>
    public bool Pipelining { get; init; }

    /// <summary>STARTTLS (RFC 3207).</summary>
    public bool StartTls { get; init; }

    /// <summary>8BITMIME (RFC 6152).</summary>
    public bool EightBitMime { get; init; }

    /// <summary>SMTPUTF8 (RFC 6531).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>DSN (RFC 3461).</summary>
    public bool Dsn { get; init; }

    /// <summary>ENHANCEDSTATUSCODES (RFC 2034).</summary>
    public bool EnhancedStatusCodes { get; init; }

    /// <summary>XCLIENT (Postfix XCLIENT_README).</summary>
    public bool XClient { get; init; }

    /// <summary>The attributes that XCLIENT takes, as listed; null when it is not offered.</summary>
    public string[]? XClientAttributes { get; init; }

    /// <summary>SIZE in octets (RFC 1870 §4): null when not offered, 0 when offered without a fixed limit.</summary>
    public long? Size { get; init; }

    /// <summary>LIMITS MAILMAX: transactions in a session (RFC 9422 §4.1); null when not given.</summary>
    public int? LimitMailMax { get; init; }

    /// <summary>LIMITS RCPTMAX: recipients in a transaction (RFC 9422 §4.2); null when not given.</summary>
    public int? LimitRcptMax { get; init; }

    /// <summary>LIMITS RCPTDOMAINMAX: recipient domains in a session (RFC 9422 §4.3); null when not given.</summary>
    public int? LimitRcptDomainMax { get; init; }
}
