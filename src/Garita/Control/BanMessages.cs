using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Settings;

namespace Garita.Control;

/// <summary>A ban as the control API shows it.</summary>
internal sealed record BanView(string Network, string Reason, string Rule, string Origin, DateTimeOffset Made, DateTimeOffset Until, int Step)
{
    public static BanView Of(Ban ban) => new(
        ban.Network.ToString(), ban.Reason, ban.Rule, ban.Origin == BanOrigin.Rule ? "rule" : "administrator", ban.Made, ban.Until, ban.Step);
}

/// <summary>A ban that an administrator wants.</summary>
/// <param name="Network">Network or address.</param>
/// <param name="Reason">Why.</param>
/// <param name="Seconds">For how long.</param>
internal sealed record BanRequest(string Network, string Reason, long Seconds)
{
    public const string DurationExpected = "a duration from \"1 min\" to \"3650 d\"";

    /// <summary>What is wrong with it as such, or null.</summary>
    public string? Check(out IPNetwork network)
    {
        if (Parse(Network, out network) is { } problem)
            return problem;
        if (BanBook.Absurd(network) is { } absurd)
            return absurd;
        if (!ExceptionText.IsComment(Reason))
            return $"the reason is too long or has control characters, expected {ExceptionText.CommentExpected}";
        return Seconds is >= 60 and <= 3650L * 86400 ? null : $"the ban's time is wrong, expected {DurationExpected}";
    }

    /// <summary>A network as administrators write it. Says what is wrong, or null.</summary>
    public static string? Parse(string text, out IPNetwork network) =>
        NetworkText.TryNetwork(text, out network) is { } expected ? $"the network is {SafeText.Quote(text)}, expected {expected}" : null;
}

/// <summary>What was unbanned.</summary>
/// <param name="Removed">How many bans ended.</param>
/// <param name="Notice">What still holds; null for nothing.</param>
internal sealed record UnbanAnswer(int Removed, string? Notice);
