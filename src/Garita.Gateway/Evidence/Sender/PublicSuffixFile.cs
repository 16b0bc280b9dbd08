using Garita.SenderAuth.PublicSuffix;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>
/// The public suffix list as it lies on the disk: read when it is first needed and again when the file has changed, which is looked at once an
/// hour and at each reload. Without the file every last label counts as a suffix, which is logged once.
/// </summary>
public sealed partial class PublicSuffixFile
{
    private const long MostOctets = 16L << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private string _path;
    private Task<Reading>? _reading;
    private long _lookAgain;

    /// <summary>Makes it; nothing is read yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where is logged.</param>
    public PublicSuffixFile(string path, TimeProvider time, ILogger log) => (_path, _time, _log) = (path, time, log);

    /// <summary>Takes another path, and looks at the file at the next use.</summary>
    /// <param name="path">The file.</param>
    public void Apply(string path)
    {
        lock (_gate)
        {
            _path = path;
            _lookAgain = 0;
        }
    }

    /// <summary>The list; at once unless it has to be read.</summary>
    public async ValueTask<PublicSuffixList> GetAsync()
    {
        Task<Reading> reading;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_reading is null || (_reading.IsCompleted && now >= _lookAgain))
            {
                var (path, before) = (_path, _reading?.Result);
                _lookAgain = now + (long)(Interval.TotalSeconds * _time.TimestampFrequency);
                _reading = Task.Run(() => Read(path, before));
            }

            reading = _reading;
        }

        return (await reading.ConfigureAwait(false)).List;
    }

    private Reading Read(string path, Reading? before)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MostOctets)
                throw new FileNotFoundException(file.Exists ? "larger than 16 MiB" : "not found");
            if (before is not null && string.Equals(before.Path, path, StringComparison.Ordinal) && before.Written == file.LastWriteTimeUtc && before.Octets == file.Length)
                return before;
            var list = PublicSuffixList.Read(File.ReadLines(path));
            LogRead(_log, path, list.Count);
            return new Reading(path, file.LastWriteTimeUtc, file.Length, list);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (before is null || !string.Equals(before.Path, path, StringComparison.Ordinal))
                LogMissing(_log, path, problem.Message);
            // The last good one stays.
            return before ?? new Reading(path, default, 0, PublicSuffixList.Empty);
        }
    }

    private sealed record Reading(string Path, DateTime Written, long Octets, PublicSuffixList List);

    [LoggerMessage(1301, LogLevel.Information, "{Path} has {Count} public suffixes")]
    private static partial void LogRead(ILogger log, string path, int count);

    [LoggerMessage(1302, LogLevel.Warning, "the public suffix list {Path} cannot be read ({Problem}): look-alikes under suffixes such as co.uk are not recognised; install the package publicsuffix, or set dmarc.public_suffix_list")]
    private static partial void LogMissing(ILogger log, string path, string problem);
}
