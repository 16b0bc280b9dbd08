using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[bans]</c>.</summary>
internal static class BanReader
{
    private const string Expected = "1 to 8 durations from \"1 min\" to \"30 d\", none shorter than the one before it";

    public static BanSettings Read(TableReader file)
    {
        var defaults = new BanSettings();
        return file.Table("bans") is not { } table ? defaults : new BanSettings
        {
            Enabled = table.Flag("enabled", defaults.Enabled),
            PerMinute = table.Whole("per_minute", 1, 10_000, defaults.PerMinute),
            Steps = Steps(table, defaults.Steps),
        };
    }

    private static IReadOnlyList<TimeSpan> Steps(TableReader table, IReadOnlyList<TimeSpan> otherwise)
    {
        if (!table.Has("steps"))
            return otherwise;
        var steps = new List<TimeSpan>();
        foreach (var (node, text) in table.Texts("steps", Expected))
        {
            if (SettingsUnits.TryDuration(text, out var step) && step >= TimeSpan.FromMinutes(1) && step <= TimeSpan.FromDays(30) && (steps.Count == 0 || step >= steps[^1]))
                steps.Add(step);
            else
                table.Wrong("steps", node, Expected);
        }

        if (steps.Count is > 0 and <= 8)
            return steps;
        table.Error(table.PlaceOf("steps"), $"bans.steps has {steps.Count} steps, expected {Expected}");
        return otherwise;
    }
}
