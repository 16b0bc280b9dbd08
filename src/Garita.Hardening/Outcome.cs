using System.Text.Json.Serialization;

namespace Garita.Hardening;

/// <summary>How a check ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("pass")]
    Pass,

    /// <summary>Not as it should be.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>Not wrong by itself, but a person should look.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>The check could not look, so nobody knows.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>There is nothing here that this check is about.</summary>
    [JsonStringEnumMemberName("not applicable")]
    NotApplicable,
}
