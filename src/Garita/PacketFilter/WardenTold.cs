namespace Garita.PacketFilter;

/// <summary>What became of an order to the warden.</summary>
/// <param name="IsThere">Whether one runs.</param>
/// <param name="Problem">Why he did not take it, for a person; null: he did.</param>
internal sealed record WardenTold(bool IsThere, string? Problem);
