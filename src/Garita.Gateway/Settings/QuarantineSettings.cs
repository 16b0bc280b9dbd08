namespace Garita.Gateway.Settings;

/// <summary>How long and how much a tenant's quarantine keeps.</summary>
public sealed record QuarantineSettings
{
    /// <summary>Messages are kept this long.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>They take at most this many octets on the disk; when it is full, mail for it is put off.</summary>
    public long MaxSize { get; init; } = 1L << 30;

    /// <summary>Whether recipients are told once a day of what is kept for them.</summary>
    public bool Digest { get; init; }

    /// <summary>Where the links of the digest lead, https; null without digest.</summary>
    public Uri? DigestUrl { get; init; }
}
