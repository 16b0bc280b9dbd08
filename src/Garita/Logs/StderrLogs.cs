using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Garita.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Logs;

/// <summary>
/// Logs to standard error: for systemd with the priority prefixes of sd-daemon(3) and the fields as key="value", else with the time for
/// people. Lines go through a bounded queue to one writer, because the threads that carry the mail must not wait for a pipe;
/// what does not fit is counted and said. Text from outside is escaped.
/// </summary>
internal sealed class StderrLogs : ILoggerProvider
{
    private const int QueueLength = 4096;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly bool _isJournal;
    private readonly Task _writer;
    private long _dropped;

    /// <param name="output">Where to; not disposed.</param>
    /// <param name="isJournal">Whether systemd reads it (JOURNAL_STREAM is set).</param>
    /// <param name="time">The clock.</param>
    public StderrLogs(TextWriter output, bool isJournal, TimeProvider time)
    {
        _output = output;
        _isJournal = isJournal;
        _time = time;
        _writer = Task.Run(WriteAsync);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <summary>Writes what is still queued.</summary>
    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writer.Wait();
    }

    private async Task WriteAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            try
            {
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                    await _output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(_isJournal ? "<4>" : "")}{dropped} log lines were dropped, standard error is too slow"));
                await _output.WriteLineAsync(line);
                if (_lines.Reader.Count == 0)
                    await _output.FlushAsync();
            }
            catch (IOException)
            {
                // Whoever read standard error is gone; mail goes on.
            }
        }
    }

    private void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    private sealed class Logger(StderrLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var line = new StringBuilder(160);
            if (logs._isJournal)
                line.Append(Priority(logLevel));
            else
                line.Append(CultureInfo.InvariantCulture, $"{logs._time.GetLocalNow():HH:mm:ss} {Word(logLevel)} ");
            line.Append(category).Append(": ").Append(SafeText.Escape(formatter(state, exception)));
            if (logs._isJournal && state is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                foreach (var (key, value) in fields)
                {
                    if (!string.Equals(key, "{OriginalFormat}", StringComparison.Ordinal) && value is not null)
                        line.Append(CultureInfo.InvariantCulture, $" {key}=\"{SafeText.Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
                }
            }

            if (exception is not null)
                line.Append(CultureInfo.InvariantCulture, $" [{exception.GetType().Name}: {SafeText.Escape(exception.Message)}]");
            logs.Write(line.ToString());
        }

        // syslog(3): 2 critical, 3 error, 4 warning, 6 information, 7 debug.
        private static string Priority(LogLevel level) => level switch
        {
            LogLevel.Critical => "<2>",
            LogLevel.Error => "<3>",
            LogLevel.Warning => "<4>",
            LogLevel.Information => "<6>",
            _ => "<7>",
        };

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Critical or LogLevel.Error => "error",
            LogLevel.Warning => "warn ",
            _ => "info ",
        };
    }
}
