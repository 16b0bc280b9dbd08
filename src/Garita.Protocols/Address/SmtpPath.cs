namespace Garita.Protocols.Address;

/// <summary>A path as MAIL or RCPT carries it.</summary>
/// <param name="Mailbox">The address; null for the null reverse-path <c>&lt;&gt;</c> (RFC 5321 §4.5.5).</param>
/// <param name="HasSourceRoute">Whether a source route stood before the address (RFC 5321 §4.1.1.3, appendix C); it is never followed.</param>
/// <param name="HasTrailingDot">Whether the domain was written with a trailing dot; the grammar does not allow it, the parser strips it and says so.</param>
public readonly record struct SmtpPath(Mailbox? Mailbox, bool HasSourceRoute, bool HasTrailingDot);
