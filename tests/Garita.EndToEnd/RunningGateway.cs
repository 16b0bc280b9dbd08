using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Garita.EndToEnd;

/// <summary>The program itself, started as its user would, on free ports of loopback. GARITA_BINARY names the native one; else the build is run.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _log = [];

    private RunningGateway(Process process, string folder, int port)
    {
        _process = process;
        Folder = folder;
        Port = port;
    }

    public string Folder { get; }

    public int Port { get; }

    public int ProcessId => _process.Id;

    public string SettingsFile => Path.Combine(Folder, "garita.toml");

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Starts it in a folder, which may hold the data of an earlier run.</summary>
    public static async Task<RunningGateway> StartAsync(string folder, int backendPort, string more = "", int? port = null, string recipients = "source = \"file\"\nfile = \"acme.recipients\"")
    {
        Directory.CreateDirectory(folder);
        var listen = port ?? FreePort();
        await File.WriteAllLinesAsync(Path.Combine(folder, "acme.recipients"), Enumerable.Range(1, 1000).Select(static i => $"user{i}@example.com").Append("grüße@example.com"));
        await File.WriteAllTextAsync(Path.Combine(folder, "garita.toml"), string.Create(CultureInfo.InvariantCulture, $"""
            hostname = "gw.example.com"
            data = "data"

            [[listener]]
            name = "mx"
            bind = "127.0.0.1:{listen}"

            [admin]
            bind = ""

            [dns]
            servers = ["127.0.0.1:9"]
            timeout = "100 ms"

            [[tenant]]
            name = "acme"
            domains = ["example.com"]
            [tenant.backends]
            smtp = ["127.0.0.1:{backendPort}"]
            tls = "none"
            [tenant.recipients]
            {recipients}
            {more}
            """));
        var gateway = new RunningGateway(new Process { StartInfo = Command("serve", "--config", Path.Combine(folder, "garita.toml")) }, folder, listen);
        var ready = new TaskCompletionSource();
        void Take(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (gateway._log)
                gateway._log.Add(line.Data);
            if (line.Data.Contains("listens on", StringComparison.Ordinal))
                ready.TrySetResult();
        }

        gateway._process.ErrorDataReceived += Take;
        gateway._process.OutputDataReceived += Take;
        gateway._process.EnableRaisingEvents = true;
        gateway._process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("garita ended: " + gateway.Log));
        gateway._process.Start();
        gateway._process.BeginErrorReadLine();
        gateway._process.BeginOutputReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return gateway;
    }

    /// <summary>Runs a verb against it.</summary>
    public async Task<(int Code, string Text)> RunAsync(params string[] verb)
    {
        using var process = new Process { StartInfo = Command([.. verb, "--config", SettingsFile]) };
        process.Start();
        var text = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, text);
    }

    public void Kill() => _process.Kill();

    public Task WaitForExitAsync() => _process.WaitForExitAsync();

    public int ExitCode => _process.ExitCode;

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("TERM");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException e)
            {
                _process.Kill();
                throw new InvalidOperationException("garita did not stop within 20 s of SIGTERM:\n" + Log, e);
            }
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Command(params string[] arguments)
    {
        var native = Environment.GetEnvironmentVariable("GARITA_BINARY");
        var start = new ProcessStartInfo(string.IsNullOrEmpty(native) ? "dotnet" : native) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (string.IsNullOrEmpty(native))
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "garita.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
