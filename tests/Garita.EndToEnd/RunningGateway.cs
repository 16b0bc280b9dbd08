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
    private Action? _logGrew;
    private static int _lastPort = Random.Shared.Next(20_000);
    private bool _disposed;
    private volatile bool _wasKilled;

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

    /// <summary>Waits until a text is in the log for the given time.</summary>
    public async Task WaitForLogAsync(string text, int times = 1)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (Log.Split(text).Length > times)
                found.TrySetResult();
        }

        _logGrew += Look;
        try
        {
            Look();
            await found.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"not in the log within 30 s, {times} times: {text}\n{Log}", e);
        }
        finally
        {
            _logGrew -= Look;
        }
    }

    /// <summary>
    /// A port for a server that is started later. Below those that the kernel gives to connections, and each only once: nobody else takes it meanwhile.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 10_000 + (Interlocked.Increment(ref _lastPort) % 20_000)));
                return ((IPEndPoint)socket.LocalEndPoint!).Port;
            }
            catch (SocketException)
            {
                // A server of this machine has it.
            }
        }
    }

    private const string FromFile = "source = \"file\"\nfile = \"acme.recipients\"";

    /// <summary>Starts it in a folder, which may hold the data of an earlier run.</summary>
    public static async Task<RunningGateway> StartAsync(string folder, int backendPort, string more = "", int? port = null, string recipients = FromFile)
    {
        var listen = port ?? FreePort();
        await WriteAsync(folder, listen, backendPort, more, recipients);
        return await ServeAsync(folder, listen);
    }

    /// <summary>Writes settings and recipients into a folder.</summary>
    internal static async Task WriteAsync(string folder, int listen, int backendPort, string more, string recipients = FromFile)
    {
        Directory.CreateDirectory(folder);
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
    }

    /// <summary>Starts it with settings of the test.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="port">Where it listens for mail.</param>
    /// <param name="settings">The whole settings file; null when it is there already.</param>
    /// <param name="openFiles">The limit of open files; null for the usual one.</param>
    /// <param name="inside">What the program is started by, such as nsenter with its arguments; null for nothing.</param>
    public static async Task<RunningGateway> ServeAsync(string folder, int port, string? settings = null, int? openFiles = null, IReadOnlyList<string>? inside = null)
    {
        Directory.CreateDirectory(folder);
        if (settings is not null)
            await File.WriteAllTextAsync(Path.Combine(folder, "garita.toml"), settings);
        var command = Command("serve", "--config", Path.Combine(folder, "garita.toml"));
        if (openFiles is { } limit)
        {
            // The shell becomes the program: the process id stays.
            command.ArgumentList.Insert(0, command.FileName);
            command.ArgumentList.Insert(0, string.Create(CultureInfo.InvariantCulture, $"ulimit -n {limit}; exec \"$0\" \"$@\""));
            command.ArgumentList.Insert(0, "-c");
            command.FileName = "sh";
        }

        if (inside is { Count: > 0 })
        {
            string[] words = [.. inside.Skip(1), command.FileName, .. command.ArgumentList];
            command.ArgumentList.Clear();
            Array.ForEach(words, command.ArgumentList.Add);
            command.FileName = inside[0];
        }

        var gateway = new RunningGateway(new Process { StartInfo = command }, folder, port);
        var ready = new TaskCompletionSource();
        void Take(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (gateway._log)
                gateway._log.Add(line.Data);
            gateway._logGrew?.Invoke();
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
    public Task<(int Code, string Text)> RunAsync(params string[] verb) => Tool.TryAsync(Command([.. verb, "--config", SettingsFile]));

    public bool WasKilled => _wasKilled;

    public void Kill()
    {
        _wasKilled = true;
        _process.Kill();
    }

    public Task WaitForExitAsync() => _process.WaitForExitAsync();

    public int ExitCode => _process.ExitCode;

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
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

    internal static ProcessStartInfo Command(params string[] arguments)
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
