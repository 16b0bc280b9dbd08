using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Garita.Tests.Setup;

/// <summary>A mail server on loopback that knows some recipients, or takes all of them; it never sees DATA from a look.</summary>
internal sealed class StrictMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly bool _takesAnyone;
    private readonly X509Certificate2? _certificate;
    private readonly Task _serving;

    public StrictMailServer(bool takesAnyone, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
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
                await TalkAsync(client.GetStream(), "220 mail.example.com ready");
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task TalkAsync(Stream stream, string? greeting)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        await using var writer = new StreamWriter(stream, Encoding.ASCII, leaveOpen: true) { AutoFlush = true, NewLine = "\r\n" };
        try
        {
            if (greeting is not null)
                await writer.WriteLineAsync(greeting);
            while (await reader.ReadLineAsync() is { } line)
            {
                Verbs.Add(line.Split(' ')[0]);
                if (line is "STARTTLS")
                {
                    await writer.WriteLineAsync("220 2.0.0 go on");
                    await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
                    await tls.AuthenticateAsServerAsync(_certificate!);
                    await TalkAsync(tls, null);
                    return;
                }

                await writer.WriteLineAsync(line.Split(' ')[0] switch
                {
                    "EHLO" => $"250-mail.example.com\r\n{(_certificate is null || stream is SslStream ? "" : "250-STARTTLS\r\n")}250 SIZE 1000000",
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
