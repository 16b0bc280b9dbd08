namespace Garita.SenderAuth.Dkim;

/// <summary>How header or body are brought into the form that is signed (RFC 6376 §3.4).</summary>
internal enum Canonicalization : byte
{
    /// <summary>As they are.</summary>
    Simple,
    /// <summary>White space and the case of names do not matter.</summary>
    Relaxed,
}
