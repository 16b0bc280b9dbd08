using System.Collections.Concurrent;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Tests.Ledger;

/// <summary>A data folder of its own, with a clock and a log, for one test.</summary>
internal sealed class LedgerFolder : IDisposable, ILoggerFactory, ILogger
{
    public string Data { get; } = Directory.CreateTempSubdirectory("garita-ledger-").FullName;

    public ManualTime Time { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public string DatabaseFile => Path.Combine(Data, "ledger.db");

    public string Decisions => Path.Combine(Data, "decisions");

    public IReadOnlyList<string> Files => [.. Directory.GetFiles(Decisions).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public Task<SqliteLedger> OpenAsync(LedgerSettings? settings = null, long fileSize = 1 << 20) =>
        SqliteLedger.OpenAsync(Data, settings ?? new LedgerSettings(), Time, this, fileSize);

    public DecisionRecord Record(int number, string sender = "ann@example.org", string recipient = "bob@example.com", string client = "192.0.2.7") => new()
    {
        Time = Time.GetUtcNow(),
        Session = $"s{number}",
        Transaction = 1,
        Listener = "mx",
        Tenant = "acme",
        Client = client,
        Helo = "mail.example.org",
        Sender = sender,
        Recipients = [new RecipientDecision(recipient, 250, null)],
        Octets = 4096,
        MessageId = $"<{number}@example.org>",
        Backend = "127.0.0.1:25",
        BackendReply = "250 2.0.0 ok",
        Outcome = "delivered",
        Reply = 250,
        SessionMilliseconds = 12,
        RelayMilliseconds = 3,
    };

    public async Task<IReadOnlyList<string>> LinesAsync() => await File.ReadAllLinesAsync(Path.Combine(Decisions, Files[^1]));

    public void Dispose()
    {
        if (Directory.Exists(Data))
            Directory.Delete(Data, recursive: true);
    }

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Enqueue($"{logLevel} {formatter(state, exception)}{(exception is null ? "" : " " + exception.Message)}");
}
