namespace Garita.Gateway.Relay.Backends;

/// <summary>How long each step may take (RFC 5321 §4.5.3.2). The sender's patience cuts each of them short (RFC 1047).</summary>
internal static class BackendTimes
{
    /// <summary>Name look-up, and the connection to one address.</summary>
    internal static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);
    /// <summary>RFC 5321 §4.5.3.2.1 has 5 min for the greeting; EHLO and the TLS handshake are within the same.</summary>
    internal static readonly TimeSpan Greeting = TimeSpan.FromMinutes(5);
    /// <summary>RFC 5321 §4.5.3.2.2, §4.5.3.2.3: MAIL and RCPT.</summary>
    internal static readonly TimeSpan Envelope = TimeSpan.FromMinutes(5);
    /// <summary>RFC 5321 §4.5.3.2.4: the reply to DATA.</summary>
    internal static readonly TimeSpan DataInitiation = TimeSpan.FromMinutes(2);
    /// <summary>RFC 5321 §4.5.3.2.5: one block of content.</summary>
    internal static readonly TimeSpan DataBlock = TimeSpan.FromMinutes(3);
    /// <summary>RFC 5321 §4.5.3.2.6: the reply to the final dot, waited for even when the sender's patience has ended.</summary>
    internal static readonly TimeSpan DataTermination = TimeSpan.FromMinutes(10);
    /// <summary>RSET and QUIT, for which nobody waits.</summary>
    internal static readonly TimeSpan Parting = TimeSpan.FromSeconds(5);
    /// <summary>An unused connection is kept this long.</summary>
    internal static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);
    /// <summary>An unused connection for call-ahead is kept this long.</summary>
    internal static readonly TimeSpan ProbeIdle = TimeSpan.FromSeconds(10);
    /// <summary>A wait that the sender's patience cut shorter than this says nothing of the backend.</summary>
    internal static readonly TimeSpan Telling = TimeSpan.FromSeconds(10);

    /// <summary>The timestamp that far from now.</summary>
    internal static long After(this TimeProvider time, TimeSpan wait) => time.GetTimestamp() + time.Ticks(wait);

    /// <summary>A duration in timestamp units.</summary>
    internal static long Ticks(this TimeProvider time, TimeSpan wait) => (long)(wait.TotalSeconds * time.TimestampFrequency);
}
