using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Tests.Relay.Backends;

/// <summary>
/// A mail server that does what a script says, one script a connection, the last one for all that follow. Lines of a script:
/// <c>S text</c> says a line (\r\n at <c>|</c>), <c>R text</c> says octets as they are, <c>C PREFIX</c> wants a line, <c>D</c> reads
/// a message to its dot, <c>P</c> a PROXY v2 header, <c>B</c> one block of content, <c>tls</c> makes TLS, <c>wait</c> waits for the test, <c>stall</c> for ever, <c>shut</c>
/// half-closes, <c>reset</c> and <c>close</c> end it. At the end of a script it closes.
/// </summary>
internal sealed class FakeBackend : IAsyncDisposable
{
    internal const string Hello = "S 220 mail ready\nC EHLO gate.example\nS 250-mail|250-PIPELINING|250-8BITMIME|250 SIZE 1000000\n";
    internal const string Accept = "C MAIL\nC RCPT\nS 250 ok|250 ok\nC DATA\nS 354 go\nD\nS 250 2.0.0 queued\n";

    private readonly Socket _listener;
    private readonly string[] _scripts;
    private readonly List<Socket> _open = [];
    private readonly List<string> _lines = [];
    private readonly List<string> _messages = [];
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _continued = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _ended;

    internal FakeBackend(params string[] scripts)
        : this(new IPEndPoint(IPAddress.Loopback, 0), scripts)
    {
    }

    internal FakeBackend(EndPoint at, string[] scripts)
    {
        _scripts = scripts;
        _listener = new Socket(at.AddressFamily, SocketType.Stream, at is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        _listener.Bind(at);
        _listener.Listen(64);
        Address = at is IPEndPoint
            ? new BackendAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port, IsUnix: false, IsLmtp: false)
            : new BackendAddress(at.ToString()!, 0, IsUnix: true, IsLmtp: true);
        _ = AcceptAsync();
    }

    internal static X509Certificate2 Certificate { get; } = MakeCertificate();

    internal BackendAddress Address { get; }

    /// <summary>Commands that came, and <c>! why</c> where a script was broken off.</summary>
    internal List<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    internal List<string> Messages
    {
        get
        {
            lock (_gate)
                return [.. _messages];
        }
    }

    internal int Connections { get; private set; }

    /// <summary>Connections that it has ended.</summary>
    internal int Ended => Volatile.Read(ref _ended);

    /// <summary>Completes when a script has reached <c>stall</c>.</summary>
    internal Task Stalled => _stalled.Task;

    /// <summary>Lets scripts go on that are at <c>wait</c>.</summary>
    internal void Continue() => _continued.TrySetResult();

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        lock (_gate)
            _open.ForEach(static s => s.Dispose());
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                // Nagle would hold a step back until the one before it is acknowledged.
                if (socket.ProtocolType == ProtocolType.Tcp)
                    socket.NoDelay = true;
                string script;
                lock (_gate)
                {
                    _open.Add(socket);
                    script = _scripts[Math.Min(Connections++, _scripts.Length - 1)];
                }
                _ = PlayAsync(socket, script);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PlayAsync(Socket socket, string script)
    {
        try
        {
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            foreach (var step in script.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                switch (step[0])
                {
                    case 'S':
                        await stream.WriteAsync(Encoding.Latin1.GetBytes(step[2..].Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n"));
                        continue;
                    case 'R':
                        await stream.WriteAsync(Encoding.Latin1.GetBytes(step[2..].Replace("|", "\r\n", StringComparison.Ordinal)));
                        continue;
                    case 'C':
                        var line = await ReadToAsync(stream, "\r\n");
                        lock (_gate)
                            _lines.Add(line.TrimEnd());
                        if (!line.StartsWith(step[2..], StringComparison.Ordinal))
                            throw new IOException($"expected {step[2..]}, got {line}");
                        continue;
                    case 'D':
                        var message = await ReadToAsync(stream, "\r\n.\r\n");
                        lock (_gate)
                            _messages.Add(message);
                        continue;
                    case 'P':
                        var header = new byte[28];
                        await stream.ReadExactlyAsync(header);
                        lock (_gate)
                            _lines.Add(Convert.ToHexString(header));
                        continue;
                    case 'B':
                        _ = await stream.ReadAsync(new byte[1000]);
                        continue;
                }
                switch (step)
                {
                    case "tls":
                        var tls = new SslStream(stream);
                        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate });
                        stream = tls;
                        continue;
                    case "wait":
                        await _continued.Task;
                        continue;
                    case "shut":
                        socket.Shutdown(SocketShutdown.Send);
                        continue;
                    case "stall":
                        await ArrivedAsync(socket);
                        _stalled.TrySetResult();
                        return;
                    case "reset":
                        socket.LingerState = new LingerOption(enable: true, 0);
                        break;
                }
                break;
            }
            socket.Dispose();
            Interlocked.Increment(ref _ended);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            lock (_gate)
                _lines.Add("! " + e.Message);
            socket.Dispose();
            Interlocked.Increment(ref _ended);
        }
    }

    /// <summary>Until the other side's kernel has everything: under load, loopback delivers late too.</summary>
    private static async Task ArrivedAsync(Socket socket)
    {
        const int Tcp = 6, TcpInfo = 11, Unacknowledged = 24;
        if (socket.ProtocolType != ProtocolType.Tcp)
            return;
        var info = new byte[104];
        while (socket.GetRawSocketOption(Tcp, TcpInfo, info) >= Unacknowledged + 4 && BitConverter.ToUInt32(info, Unacknowledged) != 0)
            await Task.Yield();
    }

    private static async Task<string> ReadToAsync(Stream stream, string end)
    {
        // Octet by octet: what is behind belongs to the next step.
        var text = new StringBuilder();
        var octet = new byte[1];
        while (text.Length < end.Length || !EndsWith(text, end))
        {
            if (await stream.ReadAsync(octet) == 0)
                throw new IOException("closed");
            text.Append((char)octet[0]);
        }
        return text.ToString();
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        for (var i = 0; i < end.Length; i++)
        {
            if (text[text.Length - end.Length + i] != end[i])
                return false;
        }
        return true;
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("mail.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var from = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(from.AddDays(-1), from.AddDays(2));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
