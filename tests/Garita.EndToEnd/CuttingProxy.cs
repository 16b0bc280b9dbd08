using System.Net;
using System.Net.Sockets;

namespace Garita.EndToEnd;

/// <summary>Hands connections on to a port of loopback and cuts each after so many octets from there: a server that dies in the middle.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly long _octets;

    public CuttingProxy(int target, long octets)
    {
        (_target, _octets) = (target, octets);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that were cut.</summary>
    public int Cut { get; private set; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            var up = client.GetStream().CopyToAsync(server.GetStream());
            var buffer = new byte[16 * 1024];
            for (long passed = 0; passed < _octets;)
            {
                var count = await server.GetStream().ReadAsync(buffer);
                if (count == 0)
                    return;
                await client.GetStream().WriteAsync(buffer.AsMemory(0, count));
                passed += count;
            }

            Cut++;
            _ = up.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
