namespace Garita.Gateway.Settings;

/// <summary>What address harvesters may learn, and how fast; for all, and for each tenant put over it.</summary>
public sealed record HarvestSettings
{
    /// <summary>Distinct unknown recipients an hour for a network or an authenticated domain.</summary>
    public int Unknown { get; init; } = 25;

    /// <summary>From so many distinct unknown recipients on their share counts too.</summary>
    public int UnknownAtLeast { get; init; } = 5;

    /// <summary>The share of unknown recipients among all, from which on it is a harvest; not for trusted networks.</summary>
    public double UnknownShare { get; init; } = 0.5;

    /// <summary>How much the answers to a harvester slow down.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Distinct unknown recipients of a domain within an hour, asked for by strangers, that are a distributed harvest.</summary>
    public int DistributedUnknown { get; init; } = 100;

    /// <summary>From so many networks at least.</summary>
    public int DistributedNetworks { get; init; } = 20;

    /// <summary>Or so many times as many as usual.</summary>
    public int DistributedTimesUsual { get; init; } = 5;

    /// <summary>The delay of the uniform answer.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A retry is let through at the earliest after this.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>And at the latest after this.</summary>
    public TimeSpan RetryUntil { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Answers on a domain that retries may get in 24 h.</summary>
    public int AnswersPerDay { get; init; } = 500;

    /// <summary>The share of them that is reserved for senders whose SPF passes.</summary>
    public double AnswersForSpf { get; init; } = 0.5;

    /// <summary>Bounces an hour to a recipient.</summary>
    public int BouncesPerRecipient { get; init; } = 20;

    /// <summary>Bounces an hour to a domain.</summary>
    public int BouncesPerDomain { get; init; } = 200;
}
