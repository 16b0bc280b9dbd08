using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>A mail server that offers what it is told, and keeps commands and messages as they came. Silent: it accepts and says nothing.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly string _answer;
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly string[] _offers;
    private readonly bool _silent;

    /// <param name="offers">What it offers at EHLO.</param>
    /// <param name="silent">Whether it says nothing.</param>
    /// <param name="port">Where it listens; 0 for a free one.</param>
    /// <param name="answer">What it answers to a message.</param>
    public ScriptedServer(string[] offers, bool silent = false, int port = 0, string answer = "250 2.0.0 kept")
    {
        _listener = new(IPAddress.Loopback, port);
        _answer = answer;
        _offers = offers;
        _silent = silent;
        _listener.Start(512);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Commands { get; } = new();

    public ConcurrentQueue<string> Messages { get; } = new();

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var client in _clients)
            client.Dispose();
        return default;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _clients.Add(client);
                if (!_silent)
                    _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            Task Say(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n")).AsTask();
            await Say("220 scripted");
            while (await reader.ReadLineAsync() is { } line)
            {
                Commands.Enqueue(line);
                if (line.StartsWith("EHLO", StringComparison.Ordinal))
                {
                    await Say("250-scripted\r\n" + string.Concat(_offers.Select(static offer => $"250-{offer}\r\n")) + "250 HELP");
                }
                else if (line is "DATA")
                {
                    await Say("354 go");
                    var message = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } text && text is not ".")
                        message.Append(text).Append('\n');
                    Messages.Enqueue(message.ToString());
                    await Say(_answer);
                }
                else
                {
                    await Say(line is "QUIT" ? "221 2.0.0 bye" : "250 2.0.0 ok");
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The gateway is gone.
        }
    }
}
