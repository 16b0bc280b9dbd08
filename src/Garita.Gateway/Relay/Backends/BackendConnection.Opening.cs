using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.Gateway.Wire;
using Garita.Protocols.ProxyProtocol;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Backends;

/// <summary>How a connection comes to carry transactions: name, TCP, PROXY, greeting, EHLO, STARTTLS; and XCLIENT before each of them.</summary>
internal sealed partial class BackendConnection
{
    /// <summary>Look-up and connect know no other way to be ended than a token; there is one for each of them, none for a message.</summary>
    private CancellationTokenSource? _dialling;

    /// <summary>Opens it: addresses of a name are tried in turn.</summary>
    /// <param name="client">The client, for PROXY.</param>
    /// <param name="limit">When to give up at the latest.</param>
    /// <exception cref="BackendException">It cannot be opened.</exception>
    internal async ValueTask OpenAsync(ClientIdentity client, long limit)
    {
        foreach (var (address, isLast) in await FindAsync(limit))
        {
            if (await TryOpenAsync(address, client, limit, isLast))
                return;
        }
    }

    /// <summary>Tells the server who the client is (Postfix XCLIENT_README); it then forgets everything and wants EHLO again.</summary>
    /// <returns>False where the server does not take it.</returns>
    internal async ValueTask<bool> IntroduceAsync(ClientIdentity client)
    {
        if (!TakesXClient)
            return false;
        var address = client.Address.Address;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var text = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPV6:{address}" : address.ToString();
        var buffer = ArrayPool<byte>.Shared.Rent(CommandWriter.MaxCommand);
        try
        {
            var length = CommandWriter.WriteXClient(buffer, text, client.Address.Port, client.Name, client.Helo, client.IsEsmtp ? "ESMTP" : "SMTP");
            await SendAsync(buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        var reply = await ReadReplyAsync();
        if (reply.Code != 220)
            throw new BackendException(BackendFault.Greeting, $"it refused XCLIENT with {reply.Code}");
        await SayEhloAsync();
        // Postfix asks the client it was told of whether it may say XCLIENT again: that one may not.
        BelongsToClient = !TakesXClient;
        return true;
    }

    private static readonly string[] XClientAttributes = ["ADDR", "PORT", "NAME", "HELO", "PROTO"];

    private bool TakesXClient => Can.XClient && Can.XClientAttributes is { } takes && !Array.Exists(XClientAttributes, a => !takes.Contains(a, StringComparer.Ordinal));

    private async ValueTask<List<(EndPoint Address, bool IsLast)>> FindAsync(long limit)
    {
        var found = new List<(EndPoint, bool)>();
        if (target.Address.IsUnix)
        {
            found.Add((new UnixDomainSocketEndPoint(target.Address.Host), true));
            return found;
        }
        if (IPAddress.TryParse(target.Address.Host, out var literal))
        {
            found.Add((new IPEndPoint(literal, target.Address.Port), true));
            return found;
        }
        using var dialling = new CancellationTokenSource();
        _dialling = dialling;
        Expect(BackendTimes.Connect, limit);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(target.Address.Host, dialling.Token);
            for (var i = 0; i < addresses.Length; i++)
                found.Add((new IPEndPoint(addresses[i], target.Address.Port), i == addresses.Length - 1));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            throw _expired ? Gone(e) : new BackendException(BackendFault.Connect, "its name was not found", e);
        }
        finally
        {
            _dialling = null;
        }
        if (found.Count == 0)
            throw new BackendException(BackendFault.Connect, "its name has no address");
        return found;
    }

    private async ValueTask<bool> TryOpenAsync(EndPoint address, ClientIdentity client, long limit, bool isLast)
    {
        var policy = BackendTlsPolicy.For(target.Settings, (address as IPEndPoint)?.Address);
        try
        {
            try
            {
                await OpenAtAsync(address, policy, client, limit);
            }
            catch (BackendException e) when (e.Fault == BackendFault.Tls && policy == BackendTls.Opportunistic)
            {
                // RFC 7435 §3: TLS that does not work must not stop mail that would go without. Never from Required.
                Forget();
                await OpenAtAsync(address, BackendTls.None, client, limit);
            }
            IsOpen = true;
            return true;
        }
        catch (BackendException) when (!isLast && time.GetTimestamp() < limit)
        {
            // RFC 5321 §5.1: the next address of the name.
            Forget();
            return false;
        }
        catch (BackendException e) when (e.Fault is BackendFault.Lost or BackendFault.Garbage)
        {
            // Whatever goes wrong before the first transaction is a failure to get there: the breaker counts it.
            throw new BackendException(BackendFault.Greeting, e.Message, e);
        }
    }

    private async ValueTask OpenAtAsync(EndPoint address, BackendTls policy, ClientIdentity client, long limit)
    {
        await ConnectAsync(address, limit);
        Expect(BackendTimes.Greeting, limit);
        if (target.Settings.PassClient == PassClient.Proxy)
            await SendProxyHeaderAsync(client);
        var greeting = await ReadReplyAsync();
        if (greeting.Code != 220)
            throw new BackendException(BackendFault.Greeting, $"it greeted with {greeting.Code}");
        await SayEhloAsync();
        if (policy == BackendTls.None)
            return;
        if (Can.StartTls)
            await StartTlsAsync(policy);
        if (policy == BackendTls.Required && _tls is null)
            throw new BackendException(BackendFault.Tls, "TLS is required and it offers none");
    }

    private async ValueTask ConnectAsync(EndPoint address, long limit)
    {
        using var dialling = new CancellationTokenSource();
        _dialling = dialling;
        Expect(BackendTimes.Connect, limit);
        var isUnix = address.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        _socket = socket;
        try
        {
            if (!isUnix)
                socket.NoDelay = true;
            await socket.ConnectAsync(address, dialling.Token);
            socket.Blocking = false;
        }
        catch (Exception e) when (IsGone(e))
        {
            throw _expired ? Gone(e) : new BackendException(BackendFault.Connect, e is SocketException s ? $"no connection ({s.SocketErrorCode})" : "no connection", e);
        }
        finally
        {
            _dialling = null;
        }
        _input = ArrayPool<byte>.Shared.Rent(ClearInput);
    }

    private async ValueTask SendProxyHeaderAsync(ClientIdentity client)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ProxyHeaderReader.MaxV2);
        try
        {
            await SendAsync(buffer.AsMemory(0, ProxyHeaderWriter.WriteV2(buffer, client.Address, client.Local)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask SayEhloAsync()
    {
        Can = default;
        var reply = await AskAsync(target.Address.IsLmtp ? "LHLO" : "EHLO");
        if (reply.Code == 250)
        {
            Can = EhloReply.Parse(reply);
            return;
        }
        // RFC 5321 §3.2, §4.1.4: a server that does not know EHLO is asked with HELO; RFC 2033 has no such way.
        if (target.Address.IsLmtp || !reply.IsPermanent || (await AskAsync("HELO")).Code != 250)
            throw new BackendException(BackendFault.Greeting, $"it refused our greeting with {reply.Code}");
    }

    private async ValueTask<ServerReply> AskAsync(string verb)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CommandWriter.MaxCommand);
        try
        {
            await SendAsync(buffer.AsMemory(0, CommandWriter.WriteEhlo(buffer, verb, target.Hostname)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return await ReadReplyAsync();
    }

    private async ValueTask StartTlsAsync(BackendTls policy)
    {
        await SendAsync("STARTTLS\r\n"u8.ToArray());
        var reply = await ReadReplyAsync();
        if (reply.Code != 220)
        {
            // RFC 3207 §4: it is for the client to decide whether to go on without; above, for Required, it does not.
            return;
        }
        // CVE-2021-38371 and its like: what is behind the 220 came in clear text and must not be read as if under TLS.
        if (_start != _end)
            throw new BackendException(BackendFault.Garbage, "it sent octets behind its answer to STARTTLS");
        // Key work is not for the thread that polls sockets.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var tls = new SslStream(new SocketStream(_socket!), leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(BackendTlsPolicy.Options(target.Settings, target.Address, policy), CancellationToken.None);
        }
        catch (Exception e) when (IsGone(e))
        {
            await tls.DisposeAsync();
            throw _expired ? Gone(e) : new BackendException(BackendFault.Tls, "the TLS handshake failed", e);
        }
        _tls = tls;
        ArrayPool<byte>.Shared.Return(_input);
        _input = ArrayPool<byte>.Shared.Rent(TlsInput);
        _replies.Reset();
        // RFC 3207 §4.2: nothing that was known from before TLS counts.
        await SayEhloAsync();
    }

    /// <summary>Back to the state before the first octet, for another address.</summary>
    private void Forget()
    {
        Dispose();
        _socket = null;
        _tls = null;
        _idleRead = null;
        _replies.Reset();
        _expired = false;
        IsClosing = false;
        BelongsToClient = false;
        Can = default;
    }
}
