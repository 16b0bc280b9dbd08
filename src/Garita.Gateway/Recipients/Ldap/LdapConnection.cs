using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Garita.Gateway.Settings;
using Garita.Protocols.Ldap;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>
/// One connection to a directory server, bound and ready to search; one request at a time. Every step has a deadline, every answer its bounds,
/// and whatever breaks one ends the connection. Referrals are not followed: they would lead to servers that nobody named.
/// </summary>
internal sealed class LdapConnection : IDisposable
{
    private const int FirstInput = 16 * 1024;

    private readonly LdapSettings _settings;
    private readonly LdapServer _server;
    private readonly TimeProvider _time;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Stream _stream = Stream.Null;
    private byte[] _input = new byte[FirstInput];
    private int _start;
    private int _end;
    private int _lastId;
    private int _underWay;

    private LdapConnection(LdapSettings settings, LdapServer server, TimeProvider time)
    {
        _settings = settings;
        _server = server;
        _time = time;
        LastUsed = time.GetTimestamp();
    }

    /// <summary>The server.</summary>
    internal LdapServer Server => _server;

    /// <summary>Whether it can take no more requests.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>When it was last used, in the clock's ticks.</summary>
    internal long LastUsed { get; private set; }

    /// <summary>Connects, begins TLS and binds.</summary>
    /// <exception cref="LdapException">It does not work.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    internal static async Task<LdapConnection> OpenAsync(LdapSettings settings, LdapServer server, TimeProvider time, CancellationToken cancel)
    {
        var connection = new LdapConnection(settings, server, time);
        try
        {
            await connection.ConnectAsync(cancel).ConfigureAwait(false);
            if (settings.Tls == LdapTls.Ldaps)
                await connection.SecureAsync(cancel).ConfigureAwait(false);
            else if (settings.Tls == LdapTls.StartTls)
                await connection.StartTlsAsync(cancel).ConfigureAwait(false);
            await connection.BindAsync(cancel).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Searches, and gives each entry's attributes as they come.</summary>
    /// <param name="search">Where and what.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="cookie">The page before, or empty.</param>
    /// <param name="addresses">Addresses for the filter.</param>
    /// <param name="limit">For the whole answer.</param>
    /// <param name="mostEntries">More are no answer to what was asked.</param>
    /// <param name="entry">Takes an entry.</param>
    /// <param name="cancel">The caller gives up.</param>
    /// <returns>The end of the answer, with its result code.</returns>
    internal async Task<LdapResponse> SearchAsync(
        LdapSearch search, LdapFilter filter, ReadOnlyMemory<byte> cookie, IReadOnlyList<byte[]> addresses, TimeSpan limit, int mostEntries, Action<LdapResponse> entry, CancellationToken cancel)
    {
        var id = NextId();
        return await WithinAsync(
            limit,
            "the answer to a search",
            async token =>
            {
                await SendAsync(LdapRequest.Search(id, search, filter, cookie.Span, addresses), id, token).ConfigureAwait(false);
                for (var others = 0; ;)
                {
                    var response = await ReceiveAsync(id, token).ConfigureAwait(false);
                    switch (response.Operation)
                    {
                        case LdapOperation.SearchDone:
                            _underWay = 0;
                            return response;
                        case LdapOperation.SearchEntry when mostEntries-- > 0:
                            entry(response);
                            break;
                        case LdapOperation.SearchReference or LdapOperation.IntermediateResponse when ++others <= 1000:
                            break;
                        default:
                            throw new LdapException(LdapFault.Garbage, $"{_server} sent more than was asked for");
                    }
                }
            },
            cancel).ConfigureAwait(false);
    }

    /// <summary>Ends it: what is under way is abandoned, the server told.</summary>
    public void Dispose()
    {
        if (!IsBroken && _stream != Stream.Null)
            SayGoodbye();
        IsBroken = true;
        _socket.Dispose();
        _stream.Dispose();
    }

    // Best effort, and never waited for: a server that reads it not loses nothing. Only what the kernel takes at once is sent.
    private void SayGoodbye()
    {
        try
        {
            var goodbye = new List<byte>();
            if (_underWay != 0)
                goodbye.AddRange(LdapRequest.Abandon(NextId(), _underWay));
            goodbye.AddRange(LdapRequest.Unbind(NextId()));
            var sent = _stream.WriteAsync(goodbye.ToArray());
            if (!sent.IsCompleted)
                _ = sent.AsTask().ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            IsBroken = true;
        }
    }

    private Task<bool> ConnectAsync(CancellationToken cancel) => WithinAsync(
        _settings.Timeout,
        "the connection",
        async token =>
        {
            try
            {
                await _socket.ConnectAsync(_server.Host, _server.Port, token).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                throw new LdapException(LdapFault.Connect, $"{_server}: no connection ({e.SocketErrorCode})", e);
            }

            _stream = new NetworkStream(_socket, ownsSocket: false);
            return true;
        },
        cancel);

    private Task<bool> SecureAsync(CancellationToken cancel) => WithinAsync(
        _settings.Timeout,
        "the TLS handshake",
        async token =>
        {
            var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
            _stream = tls;
            // Key work is not for the thread that polls sockets.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            try
            {
                await tls.AuthenticateAsClientAsync(LdapTlsOptions.For(_settings, _server), token).ConfigureAwait(false);
            }
            catch (AuthenticationException e)
            {
                throw new LdapException(LdapFault.Tls, $"{_server}: {e.Message}", e);
            }

            return true;
        },
        cancel);

    // RFC 4511 §4.14
    private async Task StartTlsAsync(CancellationToken cancel)
    {
        var id = NextId();
        var answer = await AskAsync(LdapRequest.StartTls(id), id, LdapOperation.ExtendedResponse, cancel).ConfigureAwait(false);
        if (answer.Code != LdapResultCode.Success)
            throw new LdapException(LdapFault.Tls, $"{_server} refused StartTLS: {Describe(answer)}");
        // What is behind came in clear text and must not be read as if under TLS.
        if (_start != _end)
            throw new LdapException(LdapFault.Garbage, $"{_server} sent octets behind its answer to StartTLS");
        await SecureAsync(cancel).ConfigureAwait(false);
    }

    private async Task BindAsync(CancellationToken cancel)
    {
        if (LdapPassword.TryRead(_settings, out var password) is { } wrong)
            throw new LdapException(LdapFault.Settings, wrong);
        var id = NextId();
        var answer = await AskAsync(LdapRequest.Bind(id, _settings.BindDn, password), id, LdapOperation.BindResponse, cancel).ConfigureAwait(false);
        if (answer.Code != LdapResultCode.Success)
            throw new LdapException(answer.Code == LdapResultCode.InvalidCredentials ? LdapFault.Credentials : LdapFault.Refused, $"{_server} refused the bind: {Describe(answer)}");
    }

    /// <summary>Code and text of a result, for a log.</summary>
    internal static string Describe(LdapResponse result) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{result.Code} ({(int)result.Code}){(result.SafeText.Length == 0 ? "" : ": " + result.SafeText)}");

    private Task<LdapResponse> AskAsync(byte[] request, int id, LdapOperation expected, CancellationToken cancel) => WithinAsync(
        _settings.Timeout,
        expected == LdapOperation.BindResponse ? "the bind" : "StartTLS",
        async token =>
        {
            await SendAsync(request, id, token).ConfigureAwait(false);
            var answer = await ReceiveAsync(id, token).ConfigureAwait(false);
            _underWay = 0;
            return answer.Operation == expected ? answer : throw new LdapException(LdapFault.Garbage, $"{_server} answered something else");
        },
        cancel);

    private async ValueTask SendAsync(byte[] request, int id, CancellationToken cancel)
    {
        _underWay = id;
        LastUsed = _time.GetTimestamp();
        await _stream.WriteAsync(request, cancel).ConfigureAwait(false);
    }

    private async ValueTask<LdapResponse> ReceiveAsync(int id, CancellationToken cancel)
    {
        while (true)
        {
            switch (LdapResponseReader.Read(_input.AsSpan(_start.._end), out var response, out var consumed))
            {
                case LdapStatus.Message:
                    _start += consumed;
                    // RFC 4511 §4.4.1: notice of disconnection.
                    if (response!.MessageId == 0)
                        throw new LdapException(LdapFault.Lost, $"{_server} hangs up: {Describe(response)}");
                    return response.MessageId == id ? response : throw new LdapException(LdapFault.Garbage, $"{_server} answered what was not asked");
                case LdapStatus.Incomplete:
                    await FillAsync(cancel).ConfigureAwait(false);
                    break;
                case LdapStatus.TooLarge:
                    throw new LdapException(LdapFault.Garbage, $"{_server} sent a message or value beyond the bounds (1 MiB, 64 KiB)");
                default:
                    throw new LdapException(LdapFault.Garbage, $"{_server} does not speak LDAP");
            }
        }
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        var held = _end - _start;
        var needed = Math.Max(LdapResponseReader.Needed(_input.AsSpan(_start.._end)), FirstInput);
        if (needed > _input.Length)
        {
            var larger = new byte[needed];
            _input.AsSpan(_start..(_end)).CopyTo(larger);
            _input = larger;
            (_start, _end) = (0, held);
        }
        else if (_start > 0)
        {
            _input.AsSpan(_start..(_end)).CopyTo(_input);
            (_start, _end) = (0, held);
        }

        var count = await _stream.ReadAsync(_input.AsMemory(_end), cancel).ConfigureAwait(false);
        if (count == 0)
            throw new LdapException(LdapFault.Lost, $"{_server} closed the connection");
        _end += count;
    }

    private async Task<T> WithinAsync<T>(TimeSpan limit, string what, Func<CancellationToken, ValueTask<T>> act, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            return await act(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new LdapException(LdapFault.Timeout, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_server}: {what} took longer than {limit.TotalSeconds:0.###} s"));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            IsBroken = true;
            throw new LdapException(LdapFault.Lost, $"{_server}: the connection broke", e);
        }
        catch (LdapException e) when (e.Fault is LdapFault.Lost or LdapFault.Garbage or LdapFault.Tls)
        {
            IsBroken = true;
            throw;
        }
    }

    private int NextId() => _lastId = _lastId == int.MaxValue ? 1 : _lastId + 1;
}
