using System.Runtime.InteropServices;

namespace Garita.SenderAuth.Dmarc;

/// <summary>How an authentication mechanism ended, as far as DMARC distinguishes.</summary>
public enum IdentifierState : byte
{
    /// <summary>Not authenticated: fail, none, neutral, policy or permerror.</summary>
    Failed,
    /// <summary>Authenticated.</summary>
    Passed,
    /// <summary>DNS did not answer: it might have been.</summary>
    Unknown,
}

/// <summary>A domain that a mechanism spoke of: SPF's MAIL FROM domain, or <c>d=</c> of a DKIM signature (RFC 9989 §4.4).</summary>
/// <param name="Domain">The domain; anything may stand in it.</param>
/// <param name="State">How it ended.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Identifier(string Domain, IdentifierState State);

/// <summary>What is to be checked.</summary>
/// <param name="AuthorDomain">The domain of the RFC5322.From field, U-labels already made A-labels (RFC 9989 §5.3.1).</param>
/// <param name="Spf">The MAIL FROM identity, with a null reverse-path the HELO name's (RFC 9989 §3.2.4); null where SPF was not asked.</param>
/// <param name="Dkim">The signatures; of those that passed at most <see cref="MostSignatures"/> are looked at.</param>
public sealed record DmarcQuery(string AuthorDomain, Identifier? Spf, IReadOnlyList<Identifier> Dkim)
{
    /// <summary>Signatures that are looked at.</summary>
    public const int MostSignatures = 20;
}
