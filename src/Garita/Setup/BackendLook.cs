using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;

namespace Garita.Setup;

/// <summary>What a look at a mail server showed.</summary>
internal sealed record BackendView
{
    /// <summary>Why it could not be spoken to; null when it could.</summary>
    public string? Problem { get; set; }

    /// <summary>Its greeting's text, safe to print.</summary>
    public string Greeting { get; set; } = "";

    /// <summary>What it offers, after TLS where that is.</summary>
    public ServerCapabilities Can { get; set; }

    /// <summary>Whether it offers STARTTLS.</summary>
    public bool HasTls { get; set; }

    /// <summary>What is wrong with TLS; null when it works and the certificate is good for the name.</summary>
    public string? TlsProblem { get; set; }

    /// <summary>The fingerprint of its key as the settings write it; null without TLS.</summary>
    public string? Pin { get; set; }

    /// <summary>Whether it takes a recipient that cannot exist; null: it did not say.</summary>
    public bool? TakesAnyone { get; set; }
}

/// <summary>
/// Speaks to a mail server once, as far as RCPT and never to DATA, with the null reverse-path: greeting, EHLO, TLS, and whether it takes a
/// recipient that nobody has.
/// </summary>
internal sealed class BackendLook(BackendAddress backend, string hostname, TimeSpan timeout, TimeProvider time)
{
    private readonly ReplyReader _replies = new();
    private readonly byte[] _input = new byte[16 * 1024];
    private int _start;
    private int _end;

    public async Task<BackendView> LookAsync(string domain)
    {
        var view = new BackendView();
        using var deadline = new CancellationTokenSource(timeout, time);
        try
        {
            using var socket = await ConnectAsync(deadline.Token);
            await using var plain = new NetworkStream(socket);
            await SpeakAsync(plain, view, domain, deadline.Token);
        }
        catch (Exception problem) when (problem is SocketException or IOException or ArgumentException)
        {
            view.Problem ??= problem.Message;
        }
        catch (OperationCanceledException)
        {
            view.Problem ??= $"no answer within {timeout.TotalSeconds:0} s";
        }

        return view;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        if (backend.IsUnix)
        {
            var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await local.ConnectAsync(new UnixDomainSocketEndPoint(backend.Host), cancel);
            return local;
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(backend.Host, backend.Port, cancel);
        return socket;
    }

    private async Task SpeakAsync(Stream plain, BackendView view, string domain, CancellationToken cancel)
    {
        var greeting = await ReadAsync(plain, cancel);
        view.Greeting = greeting.SafeText;
        if (greeting.Code != 220)
        {
            view.Problem = $"it greets with {greeting.Code}: {greeting.SafeText}";
            return;
        }

        if (!await GreetAsync(plain, view, cancel))
            return;
        view.HasTls = view.Can.StartTls;
        if (!view.HasTls)
        {
            await AskRecipientAsync(plain, view, domain, cancel);
            return;
        }

        if ((await AskAsync(plain, "STARTTLS", cancel)).Code != 220)
        {
            view.TlsProblem = "it offers STARTTLS and refuses it";
            return;
        }

        await using var tls = new SslStream(plain, leaveInnerStreamOpen: true);
        if (!await HandshakeAsync(tls, view, cancel) || !await GreetAsync(tls, view, cancel))
            return;
        await AskRecipientAsync(tls, view, domain, cancel);
    }

    private async Task<bool> GreetAsync(Stream stream, BackendView view, CancellationToken cancel)
    {
        // RFC 2033 §4.1: LMTP has LHLO instead.
        var reply = await AskAsync(stream, (backend.IsLmtp ? "LHLO " : "EHLO ") + hostname, cancel);
        if (reply.Code == 250)
            view.Can = EhloReply.Parse(reply);
        else
            view.Problem = $"it refuses our greeting with {reply.Code}: {reply.SafeText}";
        return reply.Code == 250;
    }

    private async Task<bool> HandshakeAsync(SslStream tls, BackendView view, CancellationToken cancel)
    {
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = backend.Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
#pragma warning disable CA5359 // this looks and says what it saw; no mail goes over it
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    if (certificate is X509Certificate2 leaf)
                        view.Pin = "sha256/" + Convert.ToBase64String(SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo()));
                    view.TlsProblem = Describe(errors);
                    return true;
                },
#pragma warning restore CA5359
            }, cancel);
            return true;
        }
        catch (AuthenticationException problem)
        {
            view.TlsProblem = "the handshake failed: " + (problem.InnerException ?? problem).Message;
            return false;
        }
    }

    private string? Describe(SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"its certificate is not for {backend.Host}"
            : "its certificate is not of a CA that this machine trusts";
    }

    private async Task AskRecipientAsync(Stream stream, BackendView view, string domain, CancellationToken cancel)
    {
        if ((await AskAsync(stream, "MAIL FROM:<>", cancel)).IsPositive)
        {
            var reply = await AskAsync(stream, $"RCPT TO:<garita-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}@{domain}>", cancel);
            view.TakesAnyone = reply.IsPositive ? true : reply.IsPermanent ? false : null;
        }

        await AskAsync(stream, "RSET", cancel);
        await AskAsync(stream, "QUIT", cancel);
    }

    private async Task<ServerReply> AskAsync(Stream stream, string line, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancel);
        await stream.FlushAsync(cancel);
        return await ReadAsync(stream, cancel);
    }

    private async Task<ServerReply> ReadAsync(Stream stream, CancellationToken cancel)
    {
        while (true)
        {
            var status = _replies.Read(_input.AsSpan(_start, _end - _start), out var consumed);
            _start += consumed;
            if (status == ReplyStatus.Reply)
                return _replies.Reply!;
            if (status != ReplyStatus.Incomplete)
                throw new IOException("what it says is no SMTP");
            _start = 0;
            _end = await stream.ReadAsync(_input, cancel);
            if (_end == 0)
                throw new IOException("it closed the connection");
        }
    }
}
