namespace Garita.Protocols.Smtp;

/// <summary>The verbs that are told apart. What is no SMTP at all is among them, because its answer differs.</summary>
public enum SmtpVerb : byte
{
    /// <summary>None of the others.</summary>
    Unknown,
    /// <summary>HELO (RFC 5321 §4.1.1.1).</summary>
    Helo,
    /// <summary>EHLO (RFC 5321 §4.1.1.1).</summary>
    Ehlo,
    /// <summary>LHLO (RFC 2033 §4.1).</summary>
    Lhlo,
    /// <summary>MAIL (RFC 5321 §4.1.1.2).</summary>
    Mail,
    /// <summary>RCPT (RFC 5321 §4.1.1.3).</summary>
    Rcpt,
    /// <summary>DATA (RFC 5321 §4.1.1.4).</summary>
    Data,
    /// <summary>BDAT (RFC 3030 §2).</summary>
    Bdat,
    /// <summary>RSET (RFC 5321 §4.1.1.5).</summary>
    Rset,
    /// <summary>NOOP (RFC 5321 §4.1.1.9).</summary>
    Noop,
    /// <summary>QUIT (RFC 5321 §4.1.1.10).</summary>
    Quit,
    /// <summary>HELP (RFC 5321 §4.1.1.8).</summary>
    Help,
    /// <summary>VRFY (RFC 5321 §4.1.1.6).</summary>
    Vrfy,
    /// <summary>EXPN (RFC 5321 §4.1.1.7).</summary>
    Expn,
    /// <summary>STARTTLS (RFC 3207 §4).</summary>
    StartTls,
    /// <summary>AUTH (RFC 4954 §4).</summary>
    Auth,
    /// <summary>ETRN (RFC 1985 §5.1).</summary>
    Etrn,
    /// <summary>TURN (RFC 821 §3.8, deprecated by RFC 5321 appendix F.1).</summary>
    Turn,
    /// <summary>Any verb that begins with X: XEXCH50, X-LINK2STATE, X-EXPS, XCLIENT, XFORWARD (RFC 5321 §4.1.5 reserves them).</summary>
    Vendor,
    /// <summary>A request of HTTP: GET, POST, CONNECT, HEAD, PUT, OPTIONS, DELETE, PATCH or TRACE with an argument.</summary>
    Http,
}
