using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Garita.SenderAuth.Dmarc;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Reports;

/// <summary>
/// The notes of a day, one line a message, in a file of the data folder: domain, policy and row, parted by tabs. Lines without a time, so that
/// messages that are reported alike are alike. A file rather than memory, so that a restart loses nothing but what was being written.
/// </summary>
internal sealed partial class ReportJournal : IAsyncDisposable
{
    /// <summary>Octets of a day; what comes then is not reported.</summary>
    internal const long MostOctets = 64L << 20;

    private const int MostWaiting = 10_000;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<(DateOnly Day, string Line)> _lines = Channel.CreateBounded<(DateOnly, string)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _writing;
    private DateOnly _full;

    internal ReportJournal(string folder, TimeProvider time, ILogger log)
    {
        _folder = folder;
        _time = time;
        _log = log;
        _writing = Task.Run(WriteAsync);
    }

    internal static string FileOf(string folder, DateOnly day) => Path.Combine(folder, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".notes");

    /// <summary>Days that are over and have notes, the oldest first.</summary>
    internal static IEnumerable<(DateOnly Day, string File)> Over(string folder, DateOnly today)
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.notes").Order(StringComparer.Ordinal))
        {
            if (DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(file), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < today)
                yield return (day, file);
        }
    }

    internal void Add(DmarcOutcome outcome, ReportedRow row)
    {
        var policy = JsonSerializer.Serialize(new JournalPolicy(ReportedPolicy.Of(outcome.Record!), [.. outcome.Record!.AggregateAddresses.Select(static one => one.ToString())]), ReportJson.Default.JournalPolicy);
        _lines.Writer.TryWrite((DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), $"{outcome.PolicyDomain}\t{policy}\t{JsonSerializer.Serialize(row, ReportJson.Default.ReportedRow)}\n"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            try
            {
                Directory.CreateDirectory(_folder);
                await WriteWaitingAsync();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                LogLost(_log, problem.Message);
            }
        }
    }

    private async Task WriteWaitingAsync()
    {
        FileStream? file = null;
        DateOnly of = default;
        try
        {
            while (_lines.Reader.TryRead(out var line))
            {
                if (file is null || line.Day != of)
                {
                    if (file is not null)
                        await file.DisposeAsync();
                    (file, of) = (new FileStream(FileOf(_folder, line.Day), FileMode.Append, FileAccess.Write, FileShare.Read), line.Day);
                }

                var octets = Encoding.UTF8.GetBytes(line.Line);
                if (file.Position + octets.Length <= MostOctets)
                {
                    await file.WriteAsync(octets);
                }
                else if (_full != line.Day)
                {
                    _full = line.Day;
                    LogFull(_log, MostOctets >> 20);
                }
            }
        }
        finally
        {
            if (file is not null)
                await file.DisposeAsync();
        }
    }

    [LoggerMessage(6501, LogLevel.Error, "notes for DMARC reports were lost: {Problem}")]
    private static partial void LogLost(ILogger log, string problem);

    [LoggerMessage(6502, LogLevel.Warning, "the notes for DMARC reports of today have {Mebibytes} MiB: the rest of the day is not reported")]
    private static partial void LogFull(ILogger log, long mebibytes);
}
