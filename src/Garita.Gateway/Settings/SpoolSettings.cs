namespace Garita.Gateway.Settings;

/// <summary>How mail is kept for servers that do not answer.</summary>
public sealed record SpoolSettings
{
    /// <summary>Until the first retry; each further wait is twice as long.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait.</summary>
    public TimeSpan RetryMost { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After that the message goes to the tenant's quarantine. RFC 5321 §4.5.4.1: "generally needs to be at least 4-5 days".</summary>
    public TimeSpan Expire { get; init; } = TimeSpan.FromDays(5);

    /// <summary>Octets that the spool may take on the disk in all.</summary>
    public long MaxSize { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>The share of it that one tenant may take where there are several, 0 to 1.</summary>
    public double TenantShare { get; init; } = 0.25;
}
