namespace Garita.Gateway.Recipients;

/// <summary>How a tenant's directory (LDAP) stands, for <c>garita status</c>.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Mode"><c>ldap</c> for one that is read, <c>ldap-live</c> for one that is asked for each address.</param>
/// <param name="Count">Addresses in force; null where none could be read, or none is.</param>
/// <param name="Taken">When they were read.</param>
/// <param name="Errors">Readings that failed or were not taken, and questions that failed, since the start.</param>
/// <param name="IsStale">Whether the reading is too old to call an address unknown: those get 451.</param>
/// <param name="Problem">Why the last reading was not taken; null when all is well.</param>
public sealed record DirectoryState(string Tenant, string Mode, int? Count, DateTimeOffset? Taken, long Errors, bool IsStale, string? Problem);
