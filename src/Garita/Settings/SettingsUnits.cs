using System.Globalization;

namespace Garita.Settings;

/// <summary>Durations ("30 s", "5 min") and sizes ("50 MiB", "512 KiB") as the settings write them.</summary>
internal static class SettingsUnits
{
    private static readonly (string Unit, long Ticks)[] Durations =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("min", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    // Powers of 1024 only: "MB" means two things, so it means nothing here.
    private static readonly (string Unit, long Octets)[] Sizes = [("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];

    public static bool TryDuration(string text, out TimeSpan value)
    {
        var read = TryRead(text, Durations, out var ticks);
        value = TimeSpan.FromTicks(ticks);
        return read;
    }

    public static bool TrySize(string text, out long octets) => TryRead(text, Sizes, out octets);

    /// <summary>The duration in its largest unit that is exact.</summary>
    public static string Text(TimeSpan value) => Write(value.Ticks, Durations);

    /// <summary>The size in its largest unit that is exact.</summary>
    public static string Text(long octets) => Write(octets, Sizes);

    private static bool TryRead(string text, (string Unit, long Factor)[] units, out long value)
    {
        value = 0;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        if (digits is 0 or > 15 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        var unit = text.AsSpan(digits).TrimStart(' ');
        foreach (var (name, factor) in units)
        {
            if (!unit.SequenceEqual(name) || number > long.MaxValue / factor)
                continue;
            value = number * factor;
            return true;
        }

        return false;
    }

    private static string Write(long value, (string Unit, long Factor)[] units)
    {
        var best = units[0];
        foreach (var unit in units)
        {
            if (value != 0 && value % unit.Factor == 0)
                best = unit;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value / best.Factor} {best.Unit}");
    }
}
