using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>A client that says octets as it is told, in clear text and under TLS, and keeps what it was answered.</summary>
internal sealed class SmtpPeer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly byte[] _buffer = new byte[16 * 1024];
    private Stream? _stream;
    private int _start;
    private int _end;

    /// <summary>The certificate of the gateway, once under TLS.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>What was wrong with its chain.</summary>
    public string ChainProblem { get; private set; } = "";

    /// <summary>Connects, and sends octets before anything is read.</summary>
    public static async Task<SmtpPeer> ConnectAsync(int port, ReadOnlyMemory<byte> first = default)
    {
        var peer = new SmtpPeer();
        await peer._client.ConnectAsync("127.0.0.1", port);
        peer._stream = peer._client.GetStream();
        if (!first.IsEmpty)
            await peer._stream.WriteAsync(first);
        return peer;
    }

    /// <summary>Connects, reads the greeting, says EHLO.</summary>
    public static async Task<SmtpPeer> GreetAsync(int port, ReadOnlyMemory<byte> first = default)
    {
        var peer = await ConnectAsync(port, first);
        await peer.ExpectAsync("220");
        await peer.SayAsync("EHLO client.example.net", "250");
        return peer;
    }

    /// <summary>STARTTLS, the handshake, EHLO.</summary>
    public async Task StartTlsAsync(string? name, X509Certificate2? trusted = null)
    {
        await SayAsync("STARTTLS", "220");
        await SecureAsync(name, trusted);
        await SayAsync("EHLO client.example.net", "250");
    }

    /// <summary>The handshake alone; octets that come before it go out in one segment with its beginning.</summary>
    public async Task SecureAsync(string? name, X509Certificate2? trusted = null, byte[]? before = null)
    {
        Assert.Equal(_start, _end);
        var tls = new SslStream(before is null ? _stream! : new PrefixedStream(_stream!, before), leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name ?? "",
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                Certificate = new X509Certificate2(certificate!);
                chain!.Reset();
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                if (trusted is not null)
                    chain.ChainPolicy.CustomTrustStore.Add(trusted);
                if (!chain.Build(Certificate))
                    ChainProblem = string.Join(',', chain.ChainStatus.Select(static status => status.Status));
                return true;
            },
        };
        await tls.AuthenticateAsClientAsync(options).WaitAsync(Limit);
        _stream = tls;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> octets) => await _stream!.WriteAsync(octets);

    /// <summary>Says a line and gives the whole reply, which must begin so.</summary>
    public async Task<string> SayAsync(string line, string expected)
    {
        await SendAsync(line + "\r\n");
        var reply = await ReplyAsync();
        Assert.True(reply.StartsWith(expected, StringComparison.Ordinal), $"{line}: {reply}");
        return reply;
    }

    public async Task<string> ExpectAsync(string expected)
    {
        var reply = await ReplyAsync();
        Assert.True(reply.StartsWith(expected, StringComparison.Ordinal), reply);
        return reply;
    }

    /// <summary>One transaction up to the final dot, whose answer is still to be read.</summary>
    public async Task SubmitAsync(string recipient, string subject, string sender = "a@example.net")
    {
        await SayAsync($"MAIL FROM:<{sender}>", "250");
        await SayAsync($"RCPT TO:<{recipient}>", "250");
        await SayAsync("DATA", "354");
        await SendAsync($"From: {sender}\r\nSubject: {subject}\r\n\r\nhi\r\n.\r\n");
    }

    /// <summary>One transaction; the answer to the message must begin so.</summary>
    public async Task<string> DeliverAsync(string recipient, string subject, string expected = "250")
    {
        await SubmitAsync(recipient, subject);
        return await ExpectAsync(expected);
    }

    /// <summary>The next reply, all lines of it; empty at the close.</summary>
    public async Task<string> ReplyAsync()
    {
        var reply = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            reply.Append(line).Append('\n');
            if (line.Length < 4 || line[3] != '-')
                break;
        }

        return reply.ToString();
    }

    public void Dispose()
    {
        Certificate?.Dispose();
        _stream?.Dispose();
        _client.Dispose();
    }

    private async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, end).TrimEnd('\r');
                _start += end + 1;
                return line;
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            int count;
            try
            {
                count = await _stream!.ReadAsync(_buffer.AsMemory(_end)).AsTask().WaitAsync(Limit);
            }
            catch (IOException)
            {
                // A reset is a close too.
                count = 0;
            }

            if (count == 0)
                return null;
            _end += count;
        }
    }
}
