using System.Net;
using System.Net.Sockets;
using System.Text;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Tests.Evidence.Engines;

/// <summary>An engine on loopback that reads until it has heard enough, and answers what a test says.</summary>
internal sealed class ScriptedEngine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, bool> _enough;
    private readonly Func<string, string?> _answer;
    private int _connections;

    /// <param name="enough">Whether what was heard, in Latin-1, is to be answered; the end of the client's sending always is.</param>
    /// <param name="answer">The answer; null to say nothing and stay.</param>
    internal ScriptedEngine(Func<string, bool> enough, Func<string, string?> answer)
    {
        _enough = enough;
        _answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    internal int Connections => Volatile.Read(ref _connections);

    internal string Heard { get; private set; } = "";

    internal EngineSettings Settings(EngineKind kind) =>
        new() { Kind = kind, Address = new BackendAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, IsUnix: false, IsLmtp: false), Path = kind == EngineKind.Icap ? "avscan" : "" };

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using var held = client;
            var heard = new StringBuilder();
            var buffer = new byte[8192];
            int read;
            while (!_enough(heard.ToString()) && (read = await client.GetStream().ReadAsync(buffer)) > 0)
                heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
            Heard = heard.ToString();
            if (_answer(Heard) is { } answer)
            {
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer));
                client.Client.Shutdown(SocketShutdown.Send);
            }

            while (await client.GetStream().ReadAsync(buffer) > 0)
            {
                // Until the client goes: a close with unread input would reset the answer away.
            }
        }
        catch (IOException)
        {
            // It is gone.
        }
    }
}
