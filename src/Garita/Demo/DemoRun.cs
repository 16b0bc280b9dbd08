using System.Text.Json;
using Garita.Commands;
using Garita.Gateway;
using Garita.Logs;
using Garita.Serve;
using Microsoft.Extensions.Logging;

namespace Garita.Demo;

/// <summary>One run of the demo.</summary>
/// <param name="output">Tables or JSON.</param>
/// <param name="error">Where people are spoken to while the output is JSON.</param>
/// <param name="time">The clock.</param>
internal sealed class DemoRun(TextWriter output, TextWriter error, TimeProvider time)
{
    public bool Once { get; init; }

    public bool Json { get; init; }

    public bool Unprotected { get; init; }

    public int Port { get; init; }

    public int AdminPort { get; init; }

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        // 1. Signals first, so that the folder is removed whenever they come.
        using var cancel = new CancellationTokenSource();
        using var signals = new Signals(static () => { });
        _ = signals.Stop.ContinueWith(_ => CancelAsync(cancel), TaskScheduler.Default);
        using var folder = CreateFolder();
        var round = new DemoRound(DemoMessages.Create(), DemoAttacks.All, time);
        await using var server = LenientMailServer.Start(new Maildir(folder.Mail, time), round.Receive);
        try
        {
            return Unprotected ? await ShowServerAsync(round, server, cancel.Token) : await ShowGatewayAsync(round, server, folder, signals, cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCodes.Failed;
        }
    }

    private async Task<int> ShowServerAsync(DemoRound round, LenientMailServer server, CancellationToken cancel)
    {
        var result = await round.RunAsync(server, gateway: null, cancel);
        Show(result);
        return result.Attacks.Any(static attack => attack.Unprotected) ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private async Task<int> ShowGatewayAsync(DemoRound round, LenientMailServer server, DemoFolder folder, Signals signals, CancellationToken cancel)
    {
        // 2. The gateway, made and started as serve does it.
        using var nameServer = new ClosedPort();
        folder.WriteSettings(Port, AdminPort, server.Address, nameServer.Address);
        await using var lines = new StreamWriter(Console.OpenStandardError()) { AutoFlush = false };
        using var provider = new StderrLogs(lines, isJournal: false, time);
        using var logs = new LoggerFactory([provider], new LoggerFilterOptions { MinLevel = LogLevel.Error });
        await using var gateway = await StartAsync(folder, logs);
        var address = gateway.Addresses[0].Address;

        // 3. The round.
        var result = await round.RunAsync(server, address, cancel);
        Show(result);
        var code = result.IsWell ? ExitCodes.Ok : ExitCodes.Failed;

        // 4. The administrator's turn, until Ctrl-C.
        if (!Once)
        {
            await (Json ? error : output).WriteLineAsync($"""

                Garita goes on. Try it by hand:
                  swaks --server {address} --from you@example.net --to alice@example.com
                metrics      {gateway.AdminAddress}/metrics
                data folder  {folder.Root} (mail arrives in Maildir/new, recipients are in example.recipients)
                decisions    garita explain --config {folder.Settings} you@example.net
                Ctrl-C ends it and removes the folder.
                """);
            await signals.Stop;
            code = ExitCodes.Ok;
        }

        await Task.WhenAny(gateway.StopAsync(), signals.Force);
        return code;
    }

    private async Task<RunningGateway> StartAsync(DemoFolder folder, ILoggerFactory logs)
    {
        try
        {
            return await RunningGateway.StartAsync(new SettingsText(folder.Settings), time, logs, []);
        }
        catch (GatewayStartException problem)
        {
            throw new GatewayStartException($"{problem.Message}; garita demo --port 0 takes free ports", problem);
        }
    }

    private void Show(DemoResult result)
    {
        if (Json)
            output.WriteLine(JsonSerializer.Serialize(result, DemoJson.Default.DemoResult));
        else
            DemoReport.Write(output, result, isProtected: !Unprotected);
    }

    private static DemoFolder CreateFolder()
    {
        try
        {
            return DemoFolder.Create();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"cannot make a temporary folder: {problem.Message}; name another place with TMPDIR", problem);
        }
    }

    private static async Task CancelAsync(CancellationTokenSource cancel)
    {
        try
        {
            await cancel.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
