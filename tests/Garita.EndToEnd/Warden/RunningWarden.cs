using System.Diagnostics;

namespace Garita.EndToEnd.Warden;

/// <summary>The warden itself, in a namespace. With GARITA_BINARY the native one beside it; else the build is run.</summary>
internal sealed class RunningWarden : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _log = [];
    private bool _disposed;

    private RunningWarden(Process process) => _process = process;

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public int ProcessId => _process.Id;

    /// <summary>Starts it; it listens when this returns.</summary>
    public static Task<RunningWarden> StartAsync(NetworkNamespace inside, params string[] options) => StartAsync(inside.Inside, options);

    /// <summary>Starts it by other words that lead into a namespace.</summary>
    public static async Task<RunningWarden> StartAsync(IReadOnlyList<string> inside, params string[] options)
    {
        var native = Environment.GetEnvironmentVariable("GARITA_BINARY");
        string[] program = string.IsNullOrEmpty(native) ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "garita-warden.dll")] : [Path.Combine(Path.GetDirectoryName(native)!, "garita-warden")];
        var start = new ProcessStartInfo(inside[0], [.. inside.Skip(1), .. program, "--group", "-", .. options]) { RedirectStandardError = true };
        var warden = new RunningWarden(new Process { StartInfo = start, EnableRaisingEvents = true });
        var listens = new TaskCompletionSource();
        warden._process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;
            lock (warden._log)
                warden._log.Add(line.Data);
            if (line.Data.Contains("listens on", StringComparison.Ordinal))
                listens.TrySetResult();
        };
        warden._process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException("the warden ended: " + warden.Log));
        warden._process.Start();
        warden._process.BeginErrorReadLine();
        await listens.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return warden;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }

        _process.Dispose();
    }
}
