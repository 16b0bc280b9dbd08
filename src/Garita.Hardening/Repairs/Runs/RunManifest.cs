using System.Text.Json.Serialization;

namespace Garita.Hardening.Repairs.Runs;

/// <summary>How a run stands.</summary>
public enum RunState
{
    /// <summary>At work; or cut short, when nobody has the lock.</summary>
    Running,

    /// <summary>All its steps are done, or were put back because they failed.</summary>
    Done,

    /// <summary>Everything is put back.</summary>
    Undone,

    /// <summary>Not everything could be put back.</summary>
    PartlyUndone,
}

/// <summary>What one run of repairs changed, and what was there before. Kept as <c>manifest.json</c>, written anew before each step.</summary>
/// <param name="Id">Its name: the time of its start.</param>
/// <param name="Started">When it started (UTC).</param>
/// <param name="Who">Who started it.</param>
/// <param name="Root">The root of the file system that it changed.</param>
/// <param name="IsTimed">Whether it goes back by itself unless it is confirmed.</param>
/// <param name="Repairs">The repairs.</param>
/// <param name="State">How it stands.</param>
/// <param name="Steps">Its steps so far, in order.</param>
public sealed record RunManifest(string Id, DateTimeOffset Started, string Who, string Root, bool IsTimed, IReadOnlyList<string> Repairs, RunState State, IReadOnlyList<Step> Steps)
{
    /// <summary>Whether there is anything to put back.</summary>
    [JsonIgnore]
    public bool HasEffect => Steps.Any(static step => step.State != StepState.Undone);
}

/// <summary>Manifests as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(RunManifest))]
internal sealed partial class RunJson : JsonSerializerContext;
