namespace Garita.Gateway.Recipients;

/// <summary>How a tenant's source stands.</summary>
/// <param name="Source"><c>file</c>, <c>ldap</c> or <c>any</c>.</param>
/// <param name="Count">Addresses in force; null where nothing was read or each is asked for.</param>
/// <param name="Taken">When the reading in force was taken; null where there is none, or where it never ages.</param>
/// <param name="Problem">Why the last reading was not taken; null when all is well.</param>
public sealed record SourceState(string Source, int? Count, DateTimeOffset? Taken, string? Problem);

/// <summary>What a reading on demand came to.</summary>
/// <param name="Tenant">The tenant's name.</param>
/// <param name="IsTaken">Whether what was read is in force.</param>
/// <param name="Count">Addresses in force; null for none.</param>
/// <param name="Problem">Why it was not taken; null when it was.</param>
public sealed record SyncResult(string Tenant, bool IsTaken, int? Count, string? Problem)
{
    /// <summary>Whether trying again soon would lock the account that reads.</summary>
    internal bool IsLocking { get; init; }
}
