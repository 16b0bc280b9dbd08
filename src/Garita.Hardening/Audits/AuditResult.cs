using System.Text.Json.Serialization;

namespace Garita.Hardening.Audits;

/// <summary>What one check said of a host.</summary>
/// <param name="Id">The check's name.</param>
/// <param name="Measure">The number of the measure it belongs to.</param>
/// <param name="Title">What should be so.</param>
/// <param name="Why">Why that matters for a mail server.</param>
/// <param name="References">Where it comes from.</param>
/// <param name="Read">Files, folders and commands that were asked.</param>
/// <param name="Found">What is there, or why it could not look.</param>
/// <param name="Expected">What is expected.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Mend">How a person mends it.</param>
public sealed record AuditResult(
    string Id, int Measure, string Title, string Why, IReadOnlyList<string> References, IReadOnlyList<string> Read, string Found, string Expected,
    [property: JsonPropertyName("result")] Outcome Outcome, string Mend);
