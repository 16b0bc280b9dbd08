using System.Text.Json;
using System.Text.Json.Serialization;

namespace Garita.Hardening.Audits;

/// <summary>Audits as JSON: what <c>--json</c> prints, and what the ledger keeps.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AuditReport))]
public sealed partial class AuditJson : JsonSerializerContext
{
    /// <summary>A report of the ledger; null when it cannot be read, as one of an older version.</summary>
    /// <param name="json">Its text.</param>
    public static AuditReport? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.AuditReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
