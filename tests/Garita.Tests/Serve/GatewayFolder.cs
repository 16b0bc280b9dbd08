using System.Collections.Concurrent;
using Garita.Control;
using Garita.Gateway.Ledger;
using Garita.Serve;
using Microsoft.Extensions.Logging;

namespace Garita.Tests.Serve;

/// <summary>A settings file in a folder of its own, and gateways that are started with it on free ports.</summary>
internal sealed class GatewayFolder : IDisposable, ILoggerFactory, ILogger
{
    internal static readonly Administrator Anna = new("anna (1000)", "control.sock");

    internal string Path { get; } = Directory.CreateTempSubdirectory("garita-serve-").FullName;

    internal string Settings => System.IO.Path.Combine(Path, "garita.toml");

    internal string Data => System.IO.Path.Combine(Path, "data");

    internal ConcurrentQueue<string> Lines { get; } = new();

    internal void Write(string top = "", string tables = "", string hostname = "mx1.example.com", string bind = "127.0.0.1:0", string admin = "") => File.WriteAllText(Settings, $"""
        hostname = "{hostname}"
        {(top.Length == 0 ? "data = \"data\"" : top)}

        [[listener]]
        name = "mx"
        bind = "{bind}"

        [admin]
        bind = "{admin}"

        [[tenant]]
        name = "acme"
        domains = ["example.com"]
        [tenant.backends]
        smtp = ["127.0.0.1:9"]

        {tables}
        """);

    internal Task<RunningGateway> StartAsync() => RunningGateway.StartAsync(new SettingsText(Settings), TimeProvider.System, this, []);

    internal static async Task<IReadOnlyList<AuditEntry>> AuditTrailAsync(RunningGateway gateway) => await gateway.Host.Ledger.AuditTrailAsync(20);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // The queue is the only one.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue(formatter(state, exception));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
