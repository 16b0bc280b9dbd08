using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[harvest]</c> and <c>[tenant.harvest]</c>.</summary>
internal static class HarvestReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The settings of a table put over others.</summary>
    public static HarvestSettings Read(TableReader? table, HarvestSettings below)
    {
        if (table is null)
            return below;
        var settings = new HarvestSettings
        {
            Unknown = table.Whole("unknown", 1, 1000, below.Unknown),
            UnknownAtLeast = table.Whole("unknown_at_least", 1, 1000, below.UnknownAtLeast),
            UnknownShare = table.Share("unknown_share", below.UnknownShare),
            Slow = table.Duration("slow", TimeSpan.Zero, Minute, below.Slow),
            DistributedUnknown = table.Whole("distributed_unknown", 1, 100_000, below.DistributedUnknown),
            DistributedNetworks = table.Whole("distributed_networks", 1, 1000, below.DistributedNetworks),
            DistributedTimesUsual = table.Whole("distributed_times_usual", 2, 1000, below.DistributedTimesUsual),
            Delay = table.Duration("delay", TimeSpan.Zero, Minute, below.Delay),
            RetryAfter = table.Duration("retry_after", Second, Hour, below.RetryAfter),
            RetryUntil = table.Duration("retry_until", Hour, TimeSpan.FromDays(7), below.RetryUntil),
            AnswersPerDay = table.Whole("answers_per_day", 0, 1_000_000, below.AnswersPerDay),
            AnswersForSpf = table.Share("answers_for_spf", below.AnswersForSpf),
            BouncesPerRecipient = table.Whole("bounces_per_recipient", 1, 1_000_000, below.BouncesPerRecipient),
            BouncesPerDomain = table.Whole("bounces_per_domain", 1, 1_000_000, below.BouncesPerDomain),
        };
        if (settings.UnknownAtLeast > settings.Unknown)
            table.Error(table.Place, $"{table.Path}.unknown_at_least is {settings.UnknownAtLeast}, expected at most unknown ({settings.Unknown})");
        return settings;
    }
}
