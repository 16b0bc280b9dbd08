using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Garita.Hardening.Tests.Probes;

/// <summary>A mail server on loopback that says what a test wants: the first prefix that fits a line gives the answer, which may be of several lines.</summary>
internal sealed class ScriptedMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _greeting;
    private readonly (string Prefix, string Answer)[] _answers;
    private readonly Task _serving;

    public ScriptedMailServer(string greeting, params (string Prefix, string Answer)[] answers)
    {
        _greeting = greeting;
        _answers = answers;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether a newline alone ends a line.</summary>
    public bool TakesBareNewlines { get; init; }

    /// <summary>Whether what came before TLS counts behind it.</summary>
    public bool KeepsInput { get; init; }

    /// <summary>For STARTTLS, and for all of a connection with <see cref="IsImplicit"/>.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <inheritdoc cref="Certificate"/>
    public bool IsImplicit { get; init; }

    /// <summary>What is said instead of a handshake, once something came.</summary>
    public byte[]? InsteadOfTls { get; init; }

    public static X509Certificate2 CertificateFor(string name, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(end.AddDays(-400), end);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
        Certificate?.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The next one.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        if (IsImplicit)
            stream = await SecureAsync(stream);
        if (_greeting.Length > 0)
            await SayAsync(stream, _greeting);
        var line = new List<byte>();
        var one = new byte[1];
        var kept = new Queue<byte>();
        while (true)
        {
            if (kept.TryDequeue(out var before))
                one[0] = before;
            else if (await stream.ReadAsync(one, _stop.Token) == 0)
                return;
            line.Add(one[0]);
            if (one[0] != '\n' || (!TakesBareNewlines && line is not [.., (byte)'\r', _]))
                continue;
            var text = Encoding.ASCII.GetString([.. line]).TrimEnd();
            line.Clear();
            var answer = Array.Find(_answers, answer => text.StartsWith(answer.Prefix, StringComparison.Ordinal)).Answer ?? "502 5.5.1 no";
            await SayAsync(stream, answer);
            if (text is "STARTTLS" && answer.StartsWith("220", StringComparison.Ordinal))
            {
                if (KeepsInput)
                    Array.ForEach("NOOP\r\n"u8.ToArray(), kept.Enqueue);
                if (InsteadOfTls is { } octets)
                {
                    _ = await stream.ReadAsync(new byte[1024], _stop.Token);
                    await stream.WriteAsync(octets, _stop.Token);
                    return;
                }

                // What a client put behind it goes, as it should.
                while (((NetworkStream)stream).DataAvailable && text.Length > 0 && await PeekIsTextAsync((NetworkStream)stream))
                    _ = await stream.ReadAsync(new byte[6], _stop.Token);
                stream = await SecureAsync(stream);
            }

            if (text is "QUIT")
                return;
        }
    }

    private static async Task<bool> PeekIsTextAsync(NetworkStream stream)
    {
        var first = new byte[1];
        return await stream.Socket.ReceiveAsync(first, SocketFlags.Peek) == 1 && first[0] == 'N';
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate! }, _stop.Token);
        return tls;
    }

    private Task SayAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n") + "\r\n"), _stop.Token).AsTask();
}
