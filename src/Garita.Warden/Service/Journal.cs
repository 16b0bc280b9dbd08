using System.Globalization;

namespace Garita.Warden.Service;

/// <summary>
/// The log: lines on standard error, with the prefixes of sd-daemon(3) where systemd reads it. At most so many lines a minute, whatever the
/// gateway says; the rest is counted.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="isJournal">Whether systemd reads it.</param>
/// <param name="time">The clock.</param>
internal sealed class Journal(TextWriter output, bool isJournal, TimeProvider time)
{
    internal const int MostLines = 60;

    private readonly Lock _lock = new();
    private long _minute;
    private int _lines;
    private int _left;

    /// <summary>Writes a line.</summary>
    public void Say(JournalLevel level, string text)
    {
        lock (_lock)
        {
            var minute = time.GetTimestamp() / (60 * time.TimestampFrequency);
            if (minute != _minute)
            {
                (_minute, _lines) = (minute, 0);
                if (_left > 0)
                    Write(JournalLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{_left} lines were left out"));
                _left = 0;
            }

            if (++_lines > MostLines)
                _left++;
            else
                Write(level, text);
        }
    }

    private void Write(JournalLevel level, string text)
    {
        var safe = string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
        try
        {
            output.WriteLine(isJournal ? string.Create(CultureInfo.InvariantCulture, $"<{(int)level}>{safe}") : $"{time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {Word(level)} {safe}");
            output.Flush();
        }
        catch (IOException)
        {
            // Whoever read it is gone; the bans stay.
        }
    }

    private static string Word(JournalLevel level) => level switch
    {
        JournalLevel.Error => "error",
        JournalLevel.Warning => "warn ",
        _ => "info ",
    };
}
