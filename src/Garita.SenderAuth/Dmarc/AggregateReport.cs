namespace Garita.SenderAuth.Dmarc;

/// <summary>What a domain is told of the mail of one day that used its name (RFC 9990 §3.1).</summary>
/// <param name="Organization">Who reports.</param>
/// <param name="Email">Whom to ask.</param>
/// <param name="ReportId">Unique for the domain (§3.5.1).</param>
/// <param name="Begin">Begin of the period.</param>
/// <param name="End">Its end.</param>
/// <param name="PolicyDomain">The domain whose record applied.</param>
/// <param name="Policy">The record as it was seen last.</param>
/// <param name="Rows">What came, at least one.</param>
public sealed record AggregateReport(
    string Organization, string Email, string ReportId, DateTimeOffset Begin, DateTimeOffset End, string PolicyDomain, ReportedPolicy Policy, IReadOnlyList<(ReportedRow Row, long Count)> Rows);

/// <summary>A record as reports repeat it (RFC 9990 §3.1.1.5).</summary>
/// <param name="P">Policy of the domain.</param>
/// <param name="Sp">Of subdomains; null where the record does not say.</param>
/// <param name="Np">Of subdomains that do not exist; null where the record does not say.</param>
/// <param name="StrictDkim">Whether <c>adkim=s</c>.</param>
/// <param name="StrictSpf">Whether <c>aspf=s</c>.</param>
/// <param name="FailureOptions">The value of <c>fo</c>.</param>
/// <param name="IsTesting">Whether <c>t=y</c>.</param>
public sealed record ReportedPolicy(string P, string? Sp, string? Np, bool StrictDkim, bool StrictSpf, string FailureOptions, bool IsTesting)
{
    /// <summary>What of a record is repeated.</summary>
    /// <param name="record">The record.</param>
    public static ReportedPolicy Of(DmarcRecord record) =>
        new((record.P ?? DmarcPolicy.None).Name(), record.Sp?.Name(), record.Np?.Name(), record.StrictDkim, record.StrictSpf, record.FailureOptions, record.IsTesting);
}

/// <summary>Messages of which all that is reported is the same (RFC 9990 §3.1.1.7).</summary>
/// <param name="SourceIp">The client.</param>
/// <param name="Disposition">What was done: <c>none</c>, <c>pass</c>, <c>quarantine</c> or <c>reject</c>.</param>
/// <param name="DkimAligned">Whether DKIM passed for an aligned domain.</param>
/// <param name="SpfAligned">Whether SPF did.</param>
/// <param name="Reason">Why something else was done than what the policy asks (§3.1.6); null where it was done.</param>
/// <param name="HeaderFrom">The author's domain.</param>
/// <param name="EnvelopeFrom">The reverse-path's domain; empty for the null one.</param>
/// <param name="Dkim">Signatures, at most 20.</param>
/// <param name="SpfDomain">The domain SPF was checked for; null where it was not.</param>
/// <param name="SpfResult">Its result.</param>
public sealed record ReportedRow(
    string SourceIp, string Disposition, bool DkimAligned, bool SpfAligned, string? Reason, string HeaderFrom, string EnvelopeFrom, IReadOnlyList<ReportedSignature> Dkim, string? SpfDomain, string SpfResult);

/// <summary>A signature as reports name it (RFC 9990 §3.1.1.12).</summary>
/// <param name="Domain">Its domain.</param>
/// <param name="Selector">Its selector.</param>
/// <param name="Result">Its result.</param>
public sealed record ReportedSignature(string Domain, string Selector, string Result);
