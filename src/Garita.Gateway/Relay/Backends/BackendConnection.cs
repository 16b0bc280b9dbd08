using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Garita.Protocols.ProxyProtocol;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// One connection to a mail server, the client side of SMTP (RFC 5321) or LMTP (RFC 2033). It says commands and reads replies; which ones is
/// the transaction's matter. Its deadline is a number that the heartbeat looks at; past it the socket is closed under whoever waits.
/// Replies are read by one bounded grammar: anything else, or anything that was not asked for, ends the connection.
/// </summary>
internal sealed class BackendConnection : IDisposable
{
    private const int BufferSize = 4096;

    private readonly Socket _socket;
    private readonly ReplyReader _replies = new();
    private readonly TimeProvider _time;
    private SslStream? _tls;
    private byte[]? _input;
    private int _start;
    private int _end;
    private long _deadline;
    private long _patienceEnds;
    private TaskCompletionSource? _patience;
    private volatile bool _timedOut;

    private BackendConnection(Socket socket, BackendAddress address, TimeProvider time)
    {
        _socket = socket;
        Address = address;
        _time = time;
    }

    internal BackendAddress Address { get; }

    internal ServerCapabilities Can { get; private set; }

    /// <summary>Transactions it has carried.</summary>
    internal int Transactions { get; set; }

    /// <summary>When it became idle.</summary>
    internal long IdleSince { get; set; }

    /// <summary>Connects and makes acquaintance: PROXY header where set, greeting, EHLO, STARTTLS by policy, EHLO again.</summary>
    /// <exception cref="BackendProblem">It cannot be used.</exception>
    internal static async Task<BackendConnection> OpenAsync(
        BackendAddress address, BackendSettings settings, string hostname, ClientIdentity? client, TimeProvider time, long deadline, Action<BackendConnection> opened)
    {
        Exception? last = null;
        foreach (var endPoint in await ResolveAsync(address))
        {
            var socket = endPoint is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var connection = new BackendConnection(socket, address, time) { _deadline = deadline };
            opened(connection);
            try
            {
                await socket.ConnectAsync(endPoint);
                socket.Blocking = false;
                await connection.GreetAsync(settings, hostname, client);
                connection.SetDeadline(0);
                return connection;
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or AuthenticationException or BackendProblem or OperationCanceledException)
            {
                last = e;
                connection.Dispose();
            }
        }

        throw last as BackendProblem ?? new BackendProblem(last is null ? "the name has no address" : Describe(last), last);
    }

    /// <summary>For the heartbeat: cuts it when its deadline is past.</summary>
    internal void Beat(long now)
    {
        if (_patience is { } patience && now >= Volatile.Read(ref _patienceEnds))
        {
            _patience = null;
            patience.TrySetResult();
        }

        var deadline = Volatile.Read(ref _deadline);
        if (deadline == 0 || now < deadline)
            return;
        _timedOut = true;
        SocketCalls.Abort(_socket);
    }

    /// <summary>Ticks of the clock in a second.</summary>
    internal long Frequency => _time.TimestampFrequency;

    /// <summary>Ends when the heartbeat sees that a sender's patience has ended.</summary>
    internal Task PatienceAsync(long timestamp)
    {
        Volatile.Write(ref _patienceEnds, timestamp);
        var patience = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _patience = patience;
        return patience.Task;
    }

    internal void SetDeadline(long timestamp) => Volatile.Write(ref _deadline, timestamp);

    /// <summary>The deadline for one command: so long from now, but never past the sender's patience.</summary>
    internal void SetDeadline(TimeSpan span, long latest) =>
        SetDeadline(Math.Min(latest, _time.GetTimestamp() + (long)(span.TotalSeconds * _time.TimestampFrequency)));

    /// <summary>Whether an idle connection is still good: nothing was said unasked, the other side has not closed.</summary>
    internal bool IsAlive()
    {
        try
        {
            return _start == _end && _tls is null
                ? !_socket.Poll(0, SelectMode.SelectRead)
                // Under TLS a session ticket may wait; a close is noticed at the next write.
                : _start == _end && _socket.Connected;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Sends octets.</summary>
    /// <exception cref="BackendProblem">The connection is lost or past its deadline.</exception>
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> octets)
    {
        try
        {
            if (_tls is null)
                await SocketCalls.SendAllAsync(_socket, octets);
            else
                await _tls.WriteAsync(octets);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            throw Problem(e);
        }
    }

    /// <summary>Reads one reply.</summary>
    /// <exception cref="BackendProblem">Lost, past its deadline, or words that make no sense.</exception>
    internal async ValueTask<ServerReply> ReadReplyAsync()
    {
        while (true)
        {
            if (_start < _end)
            {
                var status = _replies.Read(_input.AsSpan(_start.._end), out var consumed);
                _start += consumed;
                if (status == ReplyStatus.Reply)
                {
                    Release();
                    return _replies.Reply!;
                }

                if (status != ReplyStatus.Incomplete)
                    throw new BackendProblem(status == ReplyStatus.TooLong ? "a reply was too long" : "a reply made no sense");
            }

            await FillAsync();
        }
    }

    private async ValueTask FillAsync()
    {
        try
        {
            int count;
            do
            {
                if (_tls is null)
                {
                    await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);
                    _input ??= ArrayPool<byte>.Shared.Rent(BufferSize);
                    count = SocketCalls.TryReceive(_socket, _input);
                }
                else
                {
                    _input ??= ArrayPool<byte>.Shared.Rent(BufferSize);
                    count = await _tls.ReadAsync(_input, CancellationToken.None);
                }
            }
            while (count < 0);
            if (count == 0)
                throw new BackendProblem("it closed the connection");
            _start = 0;
            _end = count;
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            throw Problem(e);
        }
    }

    private void Release()
    {
        if (_start != _end || _input is null)
            return;
        ArrayPool<byte>.Shared.Return(_input);
        _input = null;
        _start = _end = 0;
    }

    private BackendProblem Problem(Exception e) => new(_timedOut ? "it did not answer in time" : Describe(e), e);

    private async Task GreetAsync(BackendSettings settings, string hostname, ClientIdentity? client)
    {
        if (settings.PassClient == PassClient.Proxy && client is not null)
        {
            var header = new byte[ProxyHeaderReader.MaxV2];
            await SendAsync(header.AsMemory(0, ProxyHeaderWriter.WriteV2(header, client.Address, client.Local)));
        }

        var greeting = await ReadReplyAsync();
        if (greeting.Code != 220)
            throw new BackendProblem(string.Create(CultureInfo.InvariantCulture, $"it greeted with {greeting.Code}"));
        await HelloAsync(hostname);
        var policy = BackendTlsPolicy.For(settings, _socket.RemoteEndPoint);
        if (policy == BackendTls.None || (policy == BackendTls.Opportunistic && !Can.StartTls))
            return;
        if (!Can.StartTls)
            throw new BackendProblem("it does not offer STARTTLS, which is required");
        await SendAsync("STARTTLS\r\n"u8.ToArray());
        var ready = await ReadReplyAsync();
        if (ready.Code != 220)
        {
            if (policy == BackendTls.Opportunistic)
                return;
            throw new BackendProblem("it refused STARTTLS, which is required");
        }

        // What is behind the 220 in clear text was put there by somebody else (CVE-2021-38371).
        if (_start != _end)
            throw new BackendProblem("it sent clear text behind its answer to STARTTLS");
        var tls = new SslStream(new ClientStream(_socket), leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(BackendTlsPolicy.Options(settings, Address, policy), CancellationToken.None);
        }
        catch (AuthenticationException e)
        {
            throw new BackendProblem("TLS failed: " + (e.InnerException?.Message ?? e.Message), e);
        }

        _tls = tls;
        // RFC 3207 §4.2: all that was learnt in clear text is forgotten.
        Can = default;
        await HelloAsync(hostname);
    }

    private async Task HelloAsync(string hostname)
    {
        var command = new byte[CommandWriter.MaxCommand];
        await SendAsync(command.AsMemory(0, CommandWriter.WriteEhlo(command, Address.IsLmtp ? "LHLO" : "EHLO", hostname)));
        var reply = await ReadReplyAsync();
        if (reply.IsPositive)
        {
            Can = EhloReply.Parse(reply);
            return;
        }

        if (Address.IsLmtp || !reply.IsPermanent)
            throw new BackendProblem(string.Create(CultureInfo.InvariantCulture, $"it answered the greeting with {reply.Code}"));
        // RFC 5321 §3.2: an old server knows HELO only.
        await SendAsync(command.AsMemory(0, CommandWriter.WriteEhlo(command, "HELO", hostname)));
        if (!(await ReadReplyAsync()).IsPositive)
            throw new BackendProblem("it refused HELO");
        Can = default;
    }

    private static async Task<IReadOnlyList<EndPoint>> ResolveAsync(BackendAddress address)
    {
        if (address.IsUnix)
            return [new UnixDomainSocketEndPoint(address.Host)];
        if (IPAddress.TryParse(address.Host, out var ip))
            return [new IPEndPoint(ip, address.Port)];
        try
        {
            return [.. (await Dns.GetHostAddressesAsync(address.Host)).Select(found => new IPEndPoint(found, address.Port))];
        }
        catch (SocketException e)
        {
            throw new BackendProblem("its name cannot be looked up", e);
        }
    }

    private static string Describe(Exception e) => e is SocketException socket ? socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "it refused the connection",
        SocketError.ConnectionReset => "it reset the connection",
        SocketError.OperationAborted => "it did not answer in time",
        _ => socket.SocketErrorCode.ToString(),
    } : e.Message;

    public void Dispose()
    {
        SetDeadline(0);
        _socket.Dispose();
        _tls?.Dispose();
        if (_input is not null)
            ArrayPool<byte>.Shared.Return(_input);
        _input = null;
        _start = _end = 0;
    }
}
