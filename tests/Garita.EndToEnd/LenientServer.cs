using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>What a mail server takes for the end of a line besides CRLF.</summary>
[Flags]
internal enum Lenience
{
    None = 0,
    /// <summary>LF, with any number of CR before it, as Postfix and Sendmail did.</summary>
    BareLf = 1,
    /// <summary>CR, LF and CRLF alike.</summary>
    BareCr = 2,
    /// <summary>Only CRLF, but NUL is dropped first.</summary>
    DropsNul = 4,
}

/// <summary>A message as the mail server understood it.</summary>
internal sealed record TakenMessage(string From, string Text);

/// <summary>A mail server that can be fooled about where a message ends, and keeps what it took with the envelope it believed.</summary>
internal sealed class LenientServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lenience _lenience;

    public LenientServer(Lenience lenience)
    {
        _lenience = lenience;
        _listener.Start(512);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<TakenMessage> Messages { get; } = new();

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
            var lines = new Lines(stream, _lenience);
            Task Say(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n")).AsTask();
            var from = "";
            await Say("220 lenient");
            while (await lines.NextAsync() is { } line)
            {
                if (line.StartsWith("MAIL FROM:", StringComparison.Ordinal))
                    from = line[10..];
                if (line.StartsWith("EHLO", StringComparison.Ordinal))
                {
                    await Say("250-lenient\r\n250 PIPELINING");
                }
                else if (line is "DATA")
                {
                    await Say("354 go");
                    var text = new StringBuilder();
                    while (await lines.NextAsync() is { } content && content is not ".")
                        text.Append(content.StartsWith('.') ? content[1..] : content).Append('\n');
                    Messages.Enqueue(new TakenMessage(from, text.ToString()));
                    await Say("250 kept");
                }
                else if (line is "QUIT")
                {
                    await Say("221 bye");
                    return;
                }
                else
                {
                    await Say("250 ok");
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The other side is gone.
        }
    }

    private sealed class Lines(Stream stream, Lenience lenience)
    {
        private readonly byte[] _buffer = new byte[4096];
        private int _at;
        private int _end;
        private bool _endedByCr;

        public async ValueTask<string?> NextAsync()
        {
            var line = new StringBuilder();
            while (true)
            {
                if (_at == _end)
                {
                    (_at, _end) = (0, await stream.ReadAsync(_buffer));
                    if (_end == 0)
                        return null;
                }

                var octet = (char)_buffer[_at++];
                if (octet == '\0' && lenience.HasFlag(Lenience.DropsNul))
                    continue;
                var belongsToCr = octet == '\n' && _endedByCr;
                _endedByCr = octet == '\r' && lenience.HasFlag(Lenience.BareCr);
                if (belongsToCr)
                    continue;
                if (_endedByCr)
                    return line.ToString();
                if (octet == '\n' && lenience.HasFlag(Lenience.BareLf))
                    return line.ToString().TrimEnd('\r');
                if (octet == '\n' && (lenience.HasFlag(Lenience.BareCr) || (line.Length > 0 && line[^1] == '\r')))
                    return lenience.HasFlag(Lenience.BareCr) ? line.ToString() : line.ToString(0, line.Length - 1);
                line.Append(octet);
            }
        }
    }
}
