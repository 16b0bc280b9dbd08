using System.Text.Json.Serialization;

namespace Garita.Gateway.Alarms;

/// <summary>An alarm as people are told of it; the body of the webhook.</summary>
/// <param name="Id">Unique, so that a receiver knows a repeated notice.</param>
/// <param name="Time">When it was raised (UTC); signed with the rest, so that an old notice cannot be played again.</param>
/// <param name="Hostname">The gateway.</param>
/// <param name="Kind">The kind's word.</param>
/// <param name="Tenant">Whose; null when it concerns everybody.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Key">What it is about.</param>
/// <param name="Over">Whether it tells that something has ended.</param>
/// <param name="Suppressed">Alarms of this kind and tenant that were not told since the last notice.</param>
public sealed record AlarmNotice(string Id, DateTimeOffset Time, string Hostname, string Kind, string? Tenant, string Text, string Key, bool Over, int Suppressed);

/// <summary>The webhook's JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AlarmNotice))]
internal sealed partial class AlarmJson : JsonSerializerContext;
