using Garita.Protocols.Address;

namespace Garita.Gateway.Settings;

/// <summary>Whom DMARC's judgement trusts, and whether domains are told of it.</summary>
public sealed record DmarcSettings
{
    /// <summary>Domains whose ARC seal is believed (RFC 8617), A-labels in lower case.</summary>
    public IReadOnlySet<string> TrustedSealers { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The public suffix list, absolute; for look-alikes only.</summary>
    public string PublicSuffixList { get; init; } = "/usr/share/publicsuffix/public_suffix_list.dat";

    /// <summary>From which address aggregate reports are sent (RFC 9990); null: there are none.</summary>
    public Mailbox? ReportFrom { get; init; }

    /// <summary>Who reports; null: the hostname.</summary>
    public string? ReportOrganization { get; init; }
}
