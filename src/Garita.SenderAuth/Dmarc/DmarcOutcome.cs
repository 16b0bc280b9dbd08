namespace Garita.SenderAuth.Dmarc;

/// <summary>What came of a check. Whatever is text in it came from outside, but is printable ASCII and bounded.</summary>
public sealed record DmarcOutcome
{
    /// <summary>The result.</summary>
    public required DmarcResult Result { get; init; }

    /// <summary>The author's domain in lower case; empty where there is none that DNS can carry.</summary>
    public required string AuthorDomain { get; init; }

    /// <summary>The policy record that applies; null for none.</summary>
    public DmarcRecord? Record { get; init; }

    /// <summary>Where it was found: the author's domain, its organisational domain or its public suffix (RFC 9989 §4.10.1); null for nowhere.</summary>
    public string? PolicyDomain { get; init; }

    /// <summary>The organisational domain of the author's; null where the answer did not need it.</summary>
    public string? OrganizationalDomain { get; init; }

    /// <summary>The policy that the record has for the author's domain: of <c>p</c>, <c>sp</c> and <c>np</c> the one that applies.</summary>
    public DmarcPolicy Policy { get; init; }

    /// <summary>What is asked to be done: <see cref="Policy"/>, one level lower where the domain is testing (RFC 9989 §4.7, <c>t</c>); none unless the result is fail.</summary>
    public DmarcPolicy Asked { get; init; }

    /// <summary>Whether the domain only tests its policy (<c>t=y</c>).</summary>
    public bool IsTesting => Record?.IsTesting == true;

    /// <summary>Whether SPF passed for a domain that is aligned.</summary>
    public bool SpfAligned { get; init; }

    /// <summary>Whether a DKIM signature passed for a domain that is aligned.</summary>
    public bool DkimAligned { get; init; }

    /// <summary>What is wrong, in our own words, for temperror and permerror; else null.</summary>
    public string? Problem { get; init; }
}
