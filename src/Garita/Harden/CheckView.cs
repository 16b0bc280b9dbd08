using System.Text.Json.Serialization;
using Garita.Hardening;
using Garita.Hardening.Probes;

namespace Garita.Harden;

/// <summary>A check as <c>garita harden checks --json</c> lists it.</summary>
internal sealed record CheckView(string Id, int Measure, string MeasureName, IReadOnlyList<string> Roles, string Title, string Why, IReadOnlyList<string> References, string Expected, string Mend)
{
    public static CheckView Of(Check check) =>
        new(check.Id, (int)check.Measure, Words.Of(check.Measure), Words.Of(check.Roles), check.Title, check.Why, check.References, check.Expected, check.Mend);
}

/// <summary>A statement about the place as <c>garita harden attest list --json</c> lists it.</summary>
internal sealed record AttestView(string Id, string Statement, string Result, string Found, string? By, DateOnly? Date, DateOnly? Ends, string? Note);

/// <summary>What <c>garita harden probe --json</c> prints.</summary>
internal sealed record ProbedServer(string Host, int Port, IReadOnlyList<ProbeResult> Probes);

/// <summary>What the verbs of harden print as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<CheckView>))]
[JsonSerializable(typeof(IReadOnlyList<AttestView>))]
[JsonSerializable(typeof(ProbedServer))]
internal sealed partial class HardenJson : JsonSerializerContext;
