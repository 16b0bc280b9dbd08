using System.Text.Json.Serialization;

namespace Garita.WayBack;

/// <summary>A way back that is held: what is run when nobody confirms in time.</summary>
/// <param name="Id">Differs from that of every other one of the same name.</param>
/// <param name="Plan">How to go back.</param>
/// <param name="After">Time to confirm, counted by a clock that nobody sets.</param>
/// <param name="Due">When that is over, for people.</param>
/// <param name="Boot">The start of the machine that it is of.</param>
/// <param name="By">Who made the change.</param>
internal sealed record ArmedWayBack(string Id, WayBackPlan Plan, TimeSpan After, DateTimeOffset Due, string Boot, Login By);

/// <summary>A way back that was gone.</summary>
/// <param name="Armed">What it was.</param>
/// <param name="When">When.</param>
/// <param name="Problem">Why it failed; null: it did not.</param>
/// <param name="ThenProblem">Why what comes after it failed; null: it did not.</param>
internal sealed record GoneWayBack(ArmedWayBack Armed, DateTimeOffset When, string? Problem, string? ThenProblem);

/// <summary>The files of the ways back, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ArmedWayBack))]
[JsonSerializable(typeof(GoneWayBack))]
internal sealed partial class WayBackJson : JsonSerializerContext;
