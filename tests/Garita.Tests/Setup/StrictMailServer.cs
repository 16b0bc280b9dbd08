using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Tests.Setup;

/// <summary>A mail server on loopback that knows some recipients, or takes all of them; it never sees DATA from a look.</summary>
internal sealed class StrictMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly bool _takesAnyone;
    private readonly Task _serving;

    public StrictMailServer(bool takesAnyone)
    {
        _takesAnyone = takesAnyone;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => "127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Verbs that came.</summary>
    public List<string> Verbs { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await using var writer = new StreamWriter(stream, Encoding.ASCII) { AutoFlush = true, NewLine = "\r\n" };
        try
        {
            await writer.WriteLineAsync("220 mail.example.com ready");
            while (await reader.ReadLineAsync() is { } line)
            {
                Verbs.Add(line.Split(' ')[0]);
                await writer.WriteLineAsync(line.Split(' ')[0] switch
                {
                    "EHLO" => "250-mail.example.com\r\n250 SIZE 1000000",
                    "RCPT" => _takesAnyone ? "250 2.1.5 ok" : "550 5.1.1 no such user",
                    "QUIT" => "221 2.0.0 bye",
                    _ => "250 2.0.0 ok",
                });
            }
        }
        catch (IOException)
        {
            // The other side went.
        }
    }
}
