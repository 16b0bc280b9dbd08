using System.Collections.Frozen;
using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[score]</c> and <c>[tenant.score]</c>.</summary>
internal static class ScoreReader
{
    private const double Most = 1000;

    /// <summary>The settings of a table put over others.</summary>
    public static ScoreSettings Read(TableReader? table, ScoreSettings below)
    {
        if (table is null)
            return below;
        var settings = new ScoreSettings
        {
            Weights = Weights(table.Table("weights"), below.Weights),
            TagAt = table.Number("tag_at", 0.1, Most, below.TagAt),
            QuarantineAt = Limit(table, "quarantine_at", below.QuarantineAt),
            RejectAt = Limit(table, "reject_at", below.RejectAt),
            Headers = table.Flag("headers", below.Headers),
        };
        if (settings.QuarantineAt < settings.TagAt || settings.RejectAt < settings.TagAt || settings.RejectAt < settings.QuarantineAt)
            table.Error(table.Place, $"{table.Path} has limits out of order, expected tag_at <= quarantine_at <= reject_at");
        return settings;
    }

    private static double? Limit(TableReader table, string key, double? below) => table.Has(key) ? table.Number(key, 0.1, Most, Most) : below;

    private static FrozenDictionary<string, double> Weights(TableReader? table, FrozenDictionary<string, double> below)
    {
        if (table is null)
            return below;
        var weights = new Dictionary<string, double>(below, StringComparer.Ordinal);
        foreach (var slug in table.Keys)
            weights[slug] = table.Number(slug, -Most, Most, 0);
        return weights.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
