namespace Garita.Protocols.Smtp;

/// <summary>Where a session stands (RFC 5321 §4.1.4).</summary>
public enum SessionState : byte
{
    /// <summary>The banner was sent, or TLS has just begun: no greeting yet.</summary>
    Connected,
    /// <summary>Greeted, no transaction.</summary>
    Greeted,
    /// <summary>A sender was accepted.</summary>
    Mail,
    /// <summary>A recipient was accepted.</summary>
    Rcpt,
    /// <summary>354 was sent: what comes is content, not commands.</summary>
    Data,
    /// <summary>220 was sent to STARTTLS: what comes is the handshake.</summary>
    TlsHandshake,
    /// <summary>The last reply was sent.</summary>
    Closing,
}
