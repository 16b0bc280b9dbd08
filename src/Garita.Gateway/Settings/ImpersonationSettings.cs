namespace Garita.Gateway.Settings;

/// <summary>Who at a tenant is likely to be impersonated.</summary>
public sealed record ImpersonationSettings
{
    /// <summary>Names of people as they stand in From fields.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>Addresses outside that may use these names, lower case: <c>anna@example.net</c> or <c>@example.net</c> for a whole domain.</summary>
    public IReadOnlySet<string> Allowed { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Domains that are protected besides the tenant's own, A-labels in lower case.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];
}
