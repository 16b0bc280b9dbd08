using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Garita.Hardening.Probes;

/// <summary>
/// A dialogue with a server that may lie, stall or talk for ever: each step has its time, each line and reply its length, and whatever goes wrong
/// ends as <see cref="CannotLookException"/>.
/// </summary>
internal sealed class MailTalk : IAsyncDisposable
{
    // RFC 5321 §4.5.3.1.5 allows 512; some say more.
    private const int MostLine = 2048;
    private const int MostLines = 100;

    private readonly ProbeTarget _target;
    private readonly Socket _socket;
    private readonly byte[] _input = new byte[4096];
    private Stream _stream;
    private int _start;
    private int _end;

    private MailTalk(ProbeTarget target, Socket socket)
    {
        _target = target;
        _socket = socket;
        _stream = new NetworkStream(socket);
    }

    /// <summary>Our name: an address literal, which nobody can find fault with (RFC 5321 §4.1.4).</summary>
    public string Name => Literal(((IPEndPoint)_socket.LocalEndPoint!).Address);

    /// <summary>The server's address as a domain.</summary>
    public string Peer => Literal(((IPEndPoint)_socket.RemoteEndPoint!).Address);

    /// <summary>Connects.</summary>
    public static async Task<MailTalk> OpenAsync(ProbeTarget target, int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var limit = new CancellationTokenSource(target.Patience, target.Time);
            await socket.ConnectAsync(target.Host, port, limit.Token);
            return new MailTalk(target, socket);
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or ArgumentException)
        {
            socket.Dispose();
            throw new CannotLookException($"port {port} cannot be reached: {(problem is OperationCanceledException ? "no answer" : problem.Message)}", problem);
        }
    }

    /// <summary>Connects to SMTP and takes the greeting.</summary>
    public static async Task<(MailTalk Talk, ServerReply Greeting)> GreetedAsync(ProbeTarget target)
    {
        var talk = await OpenAsync(target, target.Port);
        try
        {
            var greeting = await talk.ReplyAsync();
            return greeting.Code == 220 ? (talk, greeting) : throw new CannotLookException($"it greets with {greeting.Text}");
        }
        catch
        {
            await talk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects to SMTP, up to the reply to EHLO.</summary>
    public static async Task<(MailTalk Talk, ServerReply Hello)> HelloAsync(ProbeTarget target)
    {
        var (talk, _) = await GreetedAsync(target);
        try
        {
            return (talk, await talk.HelloAsync());
        }
        catch
        {
            await talk.DisposeAsync();
            throw;
        }
    }

    /// <summary>EHLO.</summary>
    public async Task<ServerReply> HelloAsync()
    {
        var hello = await AskAsync("EHLO " + Name);
        return hello.Code == 250 ? hello : throw new CannotLookException($"it answers EHLO with {hello.Text}");
    }

    /// <summary>Says a line and takes the reply.</summary>
    public async Task<ServerReply> AskAsync(string line)
    {
        await SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        return await ReplyAsync();
    }

    /// <summary>Sends octets.</summary>
    public Task SendAsync(byte[] octets) => LimitedAsync(async cancel =>
    {
        await _stream.WriteAsync(octets, cancel);
        return 0;
    });

    /// <summary>Takes a reply (RFC 5321 §4.2).</summary>
    public async Task<ServerReply> ReplyAsync()
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await LineAsync();
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), System.Globalization.NumberStyles.None, null, out var code) || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new CannotLookException($"that is no reply of a mail server: {line}");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new ServerReply(code, lines);
            if (lines.Count == MostLines)
                throw new CannotLookException("its reply does not end");
        }
    }

    /// <summary>Takes a line, fit to be printed.</summary>
    public async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync())
                throw new CannotLookException(line.Length == 0 ? "it ended the connection" : "it ended the connection in the middle of a line");
            var octet = _input[_start++];
            if (octet == '\n')
                return line.ToString().TrimEnd();
            line.Append(octet is >= 32 and < 127 ? (char)octet : octet == '\r' ? ' ' : '?');
            if (line.Length > MostLine)
                throw new CannotLookException("its line does not end");
        }
    }

    /// <summary>Takes so many octets as they are.</summary>
    public async Task<byte[]> OctetsAsync(int count)
    {
        var octets = new byte[count];
        for (var i = 0; i < count; i++)
        {
            if (_start == _end && !await FillAsync())
                throw new CannotLookException("it ended the connection");
            octets[i] = _input[_start++];
        }

        return octets;
    }

    /// <summary>Whether something comes before the silence is long enough.</summary>
    public async Task<bool> SaysSomethingAsync()
    {
        if (_start < _end)
            return true;
        using var limit = new CancellationTokenSource(_target.Silence, _target.Time);
        try
        {
            _start = 0;
            _end = await _stream.ReadAsync(_input, limit.Token);
            return _end > 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (IOException problem)
        {
            throw new CannotLookException(problem.Message, problem);
        }
    }

    /// <summary>Begins TLS; what is known of the server's certificate goes to <paramref name="seen"/>, whatever it is.</summary>
    public Task SecureAsync(Action<X509Certificate2, SslPolicyErrors>? seen = null) => LimitedAsync(async cancel =>
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = _target.Host,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
#pragma warning disable CA5359 // any will do to ask on: what is wrong with it is a finding of its own, and nothing secret goes over it
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    if (certificate is X509Certificate2 known)
                        seen?.Invoke(known, errors);
                    return true;
                },
#pragma warning restore CA5359
            },
            cancel);
        return 0;
    });

    /// <summary>STARTTLS and the handshake.</summary>
    public async Task StartTlsAsync(Action<X509Certificate2, SslPolicyErrors>? seen = null)
    {
        var reply = await AskAsync("STARTTLS");
        if (reply.Code != 220)
            throw new CannotLookException($"it answers STARTTLS with {reply.Text}");
        await SecureAsync(seen);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A TLS stream sends its farewell, to whoever is still there.
        try
        {
            await _stream.DisposeAsync();
        }
        catch (IOException)
        {
            // Nobody is.
        }

        _socket.Dispose();
    }

    private static string Literal(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? $"[{address.MapToIPv4()}]" : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";

    private async Task<bool> FillAsync()
    {
        _start = 0;
        _end = await LimitedAsync(async cancel => await _stream.ReadAsync(_input, cancel));
        return _end > 0;
    }

    private async Task<int> LimitedAsync(Func<CancellationToken, Task<int>> step)
    {
        using var limit = new CancellationTokenSource(_target.Patience, _target.Time);
        try
        {
            return await step(limit.Token);
        }
        catch (OperationCanceledException problem)
        {
            throw new CannotLookException($"no answer within {_target.Patience.TotalSeconds:0} s", problem);
        }
        catch (Exception problem) when (problem is IOException or SocketException or AuthenticationException or InvalidOperationException)
        {
            throw new CannotLookException(problem.Message, problem);
        }
    }
}
