using System.Collections.Frozen;

namespace Garita.Gateway.Settings;

/// <summary>How what rules and engines say adds up. Immutable.</summary>
public sealed record ScoreSettings
{
    /// <summary>What a hit counts out of the box, by the rule's slug; rules that are not here count nothing.</summary>
    public static FrozenDictionary<string, double> DefaultWeights { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["ptr-missing"] = 1.5,
        ["fcrdns"] = 1,
        ["helo-syntax"] = 1,
        ["helo-own-name"] = 3,
        ["helo-mismatch"] = 0.5,
        ["spf"] = 1.5,
        ["local-part"] = 1,
        ["header-8bit"] = 0.5,
        ["from-header"] = 1,
        ["dkim"] = 0.5,
        ["dmarc"] = 2,
        ["display-name"] = 3,
        ["look-alike"] = 3,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a hit in <c>tag</c> or <c>shadow</c> counts, by the rule's slug.</summary>
    public FrozenDictionary<string, double> Weights { get; init; } = DefaultWeights;

    /// <summary>From this sum on a message is tagged.</summary>
    public double TagAt { get; init; } = 6;

    /// <summary>From this sum on it goes to the quarantine; null for never.</summary>
    public double? QuarantineAt { get; init; }

    /// <summary>From this sum on it is refused; null for never.</summary>
    public double? RejectAt { get; init; }

    /// <summary>Whether <c>X-Spam-*</c> fields tell the mail server of it.</summary>
    public bool Headers { get; init; }
}
