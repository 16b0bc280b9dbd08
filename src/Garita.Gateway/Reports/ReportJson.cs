using System.Text.Json.Serialization;
using Garita.SenderAuth.Dmarc;

namespace Garita.Gateway.Reports;

/// <summary>What a journal's line says beside the row.</summary>
/// <param name="Policy">The record.</param>
/// <param name="Addresses">Where reports are asked for.</param>
internal sealed record JournalPolicy(ReportedPolicy Policy, IReadOnlyList<string> Addresses);

/// <summary>A report that waits to be sent.</summary>
/// <param name="PolicyDomain">The domain it is for.</param>
/// <param name="ReportId">Its id.</param>
/// <param name="Addresses">Where it is still to go, as the domain's record asks; not yet checked.</param>
internal sealed record WaitingReport(string PolicyDomain, string ReportId, IReadOnlyList<string> Addresses);

[JsonSerializable(typeof(JournalPolicy))]
[JsonSerializable(typeof(ReportedRow))]
[JsonSerializable(typeof(WaitingReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
