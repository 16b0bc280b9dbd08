namespace Garita.Protocols.Address;

/// <summary>
/// An address as the envelope carries it: local part and domain (RFC 5321 §4.1.2, RFC 6531 §3.3).
/// The local part is kept without its quotes and backslashes; <see cref="ToString"/> quotes it again where it must.
/// It does not decide whether the address exists or may be relayed to.
/// </summary>
public sealed class Mailbox : IEquatable<Mailbox>
{
    /// <summary>Makes a mailbox of parts that a parser has checked.</summary>
    /// <param name="localPart">Unquoted local part, 1 to 64 octets as UTF-8 (may be empty only when quoted).</param>
    /// <param name="domain">Domain in lower case without trailing dot, an address literal in brackets, or empty for a bare <c>postmaster</c>.</param>
    public Mailbox(string localPart, string domain)
    {
        LocalPart = localPart;
        Domain = domain;
    }

    /// <summary>The local part, unquoted, in the case the sender used.</summary>
    public string LocalPart { get; }

    /// <summary>Whether it is <c>postmaster</c> of any domain, in any case (RFC 5321 §4.5.1).</summary>
    public bool IsPostmaster() => LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase);

    /// <summary>The domain in lower case, an address literal such as <c>[192.0.2.1]</c>, or empty for a bare <c>postmaster</c> (RFC 5321 §4.5.1).</summary>
    public string Domain { get; }

    /// <summary>Whether the address can be written without SMTPUTF8 (RFC 6531 §3.3).</summary>
    public bool IsAscii => System.Text.Ascii.IsValid(LocalPart) && System.Text.Ascii.IsValid(Domain);

    /// <summary>Whether the domain part is an address literal (RFC 5321 §4.1.3).</summary>
    public bool IsLiteral => Domain.Length > 0 && Domain[0] == '[';

    /// <summary>Whether the local part can only be written as a quoted string (RFC 5321 §4.1.2).</summary>
    public bool NeedsQuotes => !LocalPartText.IsDotString(LocalPart);

    /// <inheritdoc/>
    /// <remarks>Local parts compare exactly, as RFC 5321 §2.4 asks; directories apply their own case rules.</remarks>
    public bool Equals(Mailbox? other) =>
        other is not null && string.Equals(LocalPart, other.LocalPart, StringComparison.Ordinal) && string.Equals(Domain, other.Domain, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Mailbox);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(LocalPart, Domain);

    /// <summary>The address as it is written in an envelope, quoted where it must be, without angle brackets.</summary>
    public override string ToString()
    {
        var local = NeedsQuotes ? LocalPartText.Quote(LocalPart) : LocalPart;
        return Domain.Length == 0 ? local : string.Concat(local, "@", Domain);
    }
}
