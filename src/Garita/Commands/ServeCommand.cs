using System.CommandLine;
using Garita.Control;
using Garita.Logs;
using Garita.Serve;
using Microsoft.Extensions.Logging;

namespace Garita.Commands;

/// <summary><c>garita serve</c>: the gateway in the foreground, as systemd wants it.</summary>
internal static partial class ServeCommand
{
    private static readonly Administrator Start = new("system", "start");
    private static readonly Administrator Signal = new("system", "signal");

    public static Command Create()
    {
        var verb = new Verb("serve", "Run the gateway until SIGTERM or Ctrl-C; SIGHUP reloads the settings")
        {
            Examples = ["garita serve", "garita serve --config ./garita.toml"],
        };
        verb.SetAction(static (result, _) => RunAsync(CommandLine.FileOf(result)));
        return verb;
    }

    private static async Task<int> RunAsync(string path)
    {
        var time = TimeProvider.System;
        await using var output = new StreamWriter(Console.OpenStandardError()) { AutoFlush = false };
        using var lines = new StderrLogs(output, Systemd.IsJournal, time);
        using var logs = new LoggerFactory([lines], new LoggerFilterOptions { MinLevel = LogLevel.Information, Rules = { new LoggerFilterRule(null, "Microsoft", LogLevel.Error, null) } });
        var log = logs.CreateLogger("Garita.Serve");
        await using var systemd = new Systemd();

        // 1. Signals from the first moment on, then the gateway.
        RunningGateway? running = null;
        using var signals = new Signals(() => _ = running is { Host: var host } ? ReloadAsync(host, systemd, log) : Task.CompletedTask);
        await using var gateway = await RunningGateway.StartAsync(new SettingsText(path), time, logs, SocketActivation.Take());
        running = gateway;

        // 2. Mail is taken.
        gateway.Host.Audit(Start, "start", null, gateway.Hostname);
        foreach (var (listener, address) in gateway.Addresses)
            Listening(log, listener, address.ToString());
        if (gateway.AdminAddress is { } admin)
            AdminListening(log, admin);
        systemd.Ready();
        systemd.FeedWatchdog(gateway.IsAlive, time);
        StartMemory.GiveBack();

        // 3. Until somebody asks it to stop: sessions in DATA finish, unless a second signal says otherwise.
        // The row comes first: whoever ends the process meanwhile does not take it away.
        gateway.Host.Audit(Signal, "stop", null, (await signals.Stop).ToString());
        systemd.Stopping();
        Stopping(log);
        var stopped = gateway.StopAsync();
        var forced = await Task.WhenAny(stopped, signals.Force) != stopped;
        if (forced)
            gateway.Host.Audit(Signal, "stop.at-once", null, (await signals.Force).ToString());
        else
            await stopped;
        return forced ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async Task ReloadAsync(GatewayHost host, Systemd systemd, ILogger log)
    {
        systemd.Reloading();
        try
        {
            await host.ReloadAsync(Signal);
        }
        catch (Exception problem)
        {
            ReloadFailed(log, problem);
            host.Audit(Signal, "settings.reload", null, "failed: " + problem.Message);
        }

        systemd.Ready();
    }

    [LoggerMessage(2011, LogLevel.Information, "Listener {Listener} on {Address}")]
    private static partial void Listening(ILogger log, string listener, string address);

    [LoggerMessage(2012, LogLevel.Information, "Admin endpoint on {Address} (/metrics, /healthz, /readyz)")]
    private static partial void AdminListening(ILogger log, string address);

    [LoggerMessage(2013, LogLevel.Information, "Stopping; a second signal ends it at once")]
    private static partial void Stopping(ILogger log);

    [LoggerMessage(2014, LogLevel.Error, "Settings were not reloaded")]
    private static partial void ReloadFailed(ILogger log, Exception problem);
}
