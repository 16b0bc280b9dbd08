using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>A strict little mail server that keeps the Subject of each message it has acknowledged.</summary>
internal sealed class RecordingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RecordingServer()
    {
        _listener.Start(512);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Subjects { get; } = new();

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
        try
        {
            using var owned = client;
            client.NoDelay = true;
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Task Say(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n")).AsTask();
            await Say("220 sink");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("EHLO", StringComparison.Ordinal))
                {
                    await Say("250-sink\r\n250 PIPELINING");
                }
                else if (line is "DATA")
                {
                    await Say("354 go");
                    var subject = "";
                    while (await reader.ReadLineAsync() is { } text && text is not ".")
                    {
                        if (text.StartsWith("Subject: ", StringComparison.Ordinal))
                            subject = text[9..];
                    }

                    // Kept before it is acknowledged, as a real server does.
                    Subjects.Enqueue(subject);
                    await Say("250 kept");
                }
                else
                {
                    await Say("250 ok");
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The gateway was killed.
        }
    }
}
