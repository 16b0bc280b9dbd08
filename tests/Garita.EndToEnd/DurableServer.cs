using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Garita.EndToEnd;

/// <summary>A mail server in a process of its own, which has each message on disk before it acknowledges it; it can be killed and started again.</summary>
internal sealed class DurableServer : IDisposable
{
    private readonly string _store;
    private readonly string? _fault;
    private Process? _process;

    private DurableServer(string store, string? fault)
    {
        _store = store;
        _fault = fault;
        Port = PortThatStaysFree();
    }

    public int Port { get; }

    /// <summary>The Subject of each message on disk, a duplicate twice.</summary>
    public IReadOnlyList<string> Subjects
    {
        get
        {
            var text = File.ReadAllText(_store);
            // A last line without an end was never acknowledged.
            return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    public static async Task<DurableServer> StartAsync(string store, string? fault = null)
    {
        var server = new DurableServer(store, fault);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        string[] arguments = ["-I", "-S", Path.Combine(AppContext.BaseDirectory, "durable_server.py"), Port.ToString(CultureInfo.InvariantCulture), _store];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (_fault is not null)
            start.ArgumentList.Add(_fault);
        _process = Process.Start(start)!;
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        if (line is not "ready")
            throw new InvalidOperationException("the mail server did not start: " + line);
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Below those that the kernel gives to clients: while the server is down, none of them may take it.</summary>
    private static int PortThatStaysFree()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
