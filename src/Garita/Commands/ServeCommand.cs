using System.CommandLine;
using Garita.Admin;
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
        var text = new SettingsText(path);
        var (settings, inForce) = text.Read();
        text.Change(inForce);
        await using var output = new StreamWriter(Console.OpenStandardError()) { AutoFlush = false };
        using var lines = new StderrLogs(output, Systemd.IsJournal, time);
        using var logs = new LoggerFactory([lines], new LoggerFilterOptions { MinLevel = LogLevel.Information, Rules = { new LoggerFilterRule(null, "Microsoft", LogLevel.Error, null) } });
        var log = logs.CreateLogger("Garita.Serve");
        await using var systemd = new Systemd();

        // 1. The parts, then the sockets: control first, so that a second gateway on the same folder is noticed before it takes mail.
        await using var parts = await Composition.CreateAsync(settings, time, logs);
        using var host = new GatewayHost(parts.Services, parts.Server, text, settings, parts.Exceptions, parts.Refusals, parts.Apply);
        using var signals = new Signals(() => _ = ReloadAsync(host, systemd, log));
        await using var control = await ControlServer.StartAsync(settings.DataFolder, host, logs);
        var ready = false;
        await parts.Server.StartAsync();
        await using var admin = settings.AdminBind is { } bind ? await AdminServer.StartAsync(bind, () => Volatile.Read(ref ready), time, logs) : null;

        // 2. Mail is taken.
        host.Audit(Start, "start", null, parts.Server.Settings.Hostname);
        foreach (var (listener, address) in parts.Server.Addresses)
            Listening(log, listener, address.ToString());
        if (admin is not null)
            AdminListening(log, admin.Address);
        Volatile.Write(ref ready, true);
        systemd.Ready();
        systemd.FeedWatchdog(() => parts.Server.Status().ConnectionSlots > 0, time);

        // 3. Until somebody asks it to stop: sessions in DATA finish, unless a second signal says otherwise.
        await signals.Stop;
        Volatile.Write(ref ready, false);
        systemd.Stopping();
        Stopping(log);
        var stopped = parts.Server.StopAsync();
        var forced = await Task.WhenAny(stopped, signals.Force) != stopped;
        host.Audit(Signal, "stop", null, forced ? "forced" : null);
        if (!forced)
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
        }

        systemd.Ready();
    }

    [LoggerMessage(1001, LogLevel.Information, "Listener {Listener} on {Address}")]
    private static partial void Listening(ILogger log, string listener, string address);

    [LoggerMessage(1002, LogLevel.Information, "Admin endpoint on {Address} (/metrics, /healthz, /readyz)")]
    private static partial void AdminListening(ILogger log, string address);

    [LoggerMessage(1003, LogLevel.Information, "Stopping; a second signal ends it at once")]
    private static partial void Stopping(ILogger log);

    [LoggerMessage(1004, LogLevel.Error, "Settings were not reloaded")]
    private static partial void ReloadFailed(ILogger log, Exception problem);
}
