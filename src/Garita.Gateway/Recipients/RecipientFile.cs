using System.Globalization;
using Garita.Gateway.Alarms;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Recipients;

/// <summary>
/// A recipient file that is watched. Every two seconds its state is asked for: that sees a file that was renamed into place, a symbolic link
/// that was turned, and network file systems, where change notifications (inotify) see none or only some of them.
/// A reading that loses more addresses than it may, or that cannot be had, leaves the last good one in force.
/// </summary>
public sealed partial class RecipientFile : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly bool _caseSensitive;
    private readonly IReadOnlyCollection<string>? _domains;
    private readonly double _mayLose;
    private readonly ILogger _log;
    private readonly Action<AlarmKind, string, bool>? _raise;
    private readonly Lock _reading = new();
    private readonly ITimer _timer;
    private Stamp? _seen;
    private bool _isMissing;
    private volatile RecipientList? _list;

    /// <summary>Reads the file and begins to watch it.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="caseSensitive">Whether local parts compare exactly.</param>
    /// <param name="domains">The tenant's domains, or null for any.</param>
    /// <param name="mayLose">The share of addresses a new reading may lose, 0 to 1.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where is logged.</param>
    /// <param name="raise">Raises an alarm, or its end; null for none.</param>
    public RecipientFile(string path, bool caseSensitive, IReadOnlyCollection<string>? domains, double mayLose, TimeProvider time, ILogger log, Action<AlarmKind, string, bool>? raise = null)
    {
        _path = path;
        _caseSensitive = caseSensitive;
        _domains = domains;
        _mayLose = mayLose;
        _log = log;
        _raise = raise;
        Reload(force: false);
        _timer = time.CreateTimer(static self => ((RecipientFile)self!).Look(), this, Interval, Interval);
    }

    /// <summary>Called after another list came into force, on the thread that read it.</summary>
    internal Action? Changed { get; set; }

    /// <summary>The addresses in force; null while nothing could be read since the start.</summary>
    public RecipientList? List => _list;

    /// <summary>Reads the file now.</summary>
    /// <param name="force">Whether it is taken however much it loses: an administrator has looked at it.</param>
    /// <returns>Whether what the file says is in force.</returns>
    public bool Reload(bool force)
    {
        bool taken;
        lock (_reading)
            taken = Read(force);
        if (taken)
            Changed?.Invoke();
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    // Readings may take longer than the interval; the next look then simply passes.
    private void Look()
    {
        if (!_reading.TryEnter())
            return;
        bool taken;
        try
        {
            taken = Stamp.Of(_path) is var now && now != _seen && Read(force: false);
        }
        finally
        {
            _reading.Exit();
        }

        if (taken)
            Changed?.Invoke();
    }

    private bool Read(bool force)
    {
        var before = Stamp.Of(_path);
        if (before is null)
        {
            Missing("there is no such file");
            return false;
        }

        RecipientReading reading;
        try
        {
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            reading = RecipientFileReader.Read(stream, _caseSensitive, _domains);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Missing(error.Message);
            return false;
        }

        // Somebody is writing it right now: half a file is not a reading. The next look tries again.
        if (Stamp.Of(_path) != before)
            return false;
        _seen = before;
        if (_isMissing)
            _raise?.Invoke(AlarmKind.DirectoryStale, "the file can be read again", true);
        _isMissing = false;
        foreach (var bad in reading.BadLines)
            LogBadLine(_path, bad.Line, bad.What);
        if (reading.BadLineCount > reading.BadLines.Count)
            LogMoreBadLines(_path, reading.BadLineCount - reading.BadLines.Count);
        return Accept(reading.List, force);
    }

    private bool Accept(RecipientList list, bool force)
    {
        if (!force && _list is { Count: > 0 } last && last.CountMissingIn(list) is var lost && lost > last.Count * _mayLose)
        {
            LogShrunk(_path, lost, last.Count);
            _raise?.Invoke(AlarmKind.DirectoryShrunk, string.Create(CultureInfo.InvariantCulture, $"a new reading would lose {lost} of {last.Count} recipients, more than it may: the last good one stays in force"), false);
            return false;
        }

        _list = list;
        LogRead(_path, list.Count);
        _raise?.Invoke(AlarmKind.DirectoryShrunk, "the file was taken", true);
        return true;
    }

    private void Missing(string why)
    {
        // Said once, not every two seconds.
        if (!_isMissing)
        {
            LogUnreadable(_path, why, _list?.Count ?? 0);
            _raise?.Invoke(AlarmKind.DirectoryStale, string.Create(CultureInfo.InvariantCulture, $"the file cannot be read; {_list?.Count ?? 0} recipients of the last reading stay in force"), false);
        }

        _isMissing = true;
        _seen = null;
    }

    [LoggerMessage(6100, LogLevel.Information, "{Path}: {Count} recipients in force")]
    private partial void LogRead(string path, int count);

    [LoggerMessage(6101, LogLevel.Warning, "{Path} line {Line}: {What}; left out")]
    private partial void LogBadLine(string path, int line, string what);

    [LoggerMessage(6102, LogLevel.Warning, "{Path}: {Count} more lines are left out")]
    private partial void LogMoreBadLines(string path, int count);

    [LoggerMessage(6103, LogLevel.Critical, "{Path} would lose {Lost} of {Count} recipients, more than it may: not taken, the last good one stays in force (may_lose; garita recipients sync --force takes it)")]
    private partial void LogShrunk(string path, int lost, int count);

    [LoggerMessage(6104, LogLevel.Error, "{Path} cannot be read: {Why}; {Count} recipients of the last reading stay in force")]
    private partial void LogUnreadable(string path, string why, int count);

    // What tells one state of the file from another.
    private sealed record Stamp(string Target, long Length, DateTime Written)
    {
        internal static Stamp? Of(string path)
        {
            try
            {
                var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
                return file.Exists ? new Stamp(file.FullName, file.Length, file.LastWriteTimeUtc) : null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
