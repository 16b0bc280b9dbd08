namespace Garita.Gateway.Settings;

/// <summary>How administrators are told of alarms.</summary>
public sealed record AlarmSettings
{
    /// <summary>Where notices are posted; null for nowhere.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>The file with the webhook's secret, absolute; null when it is in the environment.</summary>
    public string? SecretFile { get; init; }

    /// <summary>The environment variable with the webhook's secret; null when it is in a file.</summary>
    public string? SecretEnv { get; init; }

    /// <summary>Whether notices are mailed to the tenant's postmaster.</summary>
    public bool Mail { get; init; } = true;
}
