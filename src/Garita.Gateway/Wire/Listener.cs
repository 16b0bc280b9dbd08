using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Wire;

/// <summary>
/// Accepts connections on one address with one blocking thread: clients that are turned away end there and cost no session.
/// Several accept loops were measured and bring nothing.
/// </summary>
internal sealed partial class Listener : IDisposable
{
    private const int Backlog = 4096;

    /// <summary>How often a handed socket is left to see whether it is over: shutting it, which wakes the accept, would shut it for its owner too.</summary>
    private static readonly TimeSpan HandedLook = TimeSpan.FromMilliseconds(250);

    private readonly Socket _socket;
    private readonly Action<Listener, Socket> _accepted;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly bool _isHanded;
    private volatile bool _stopped;

    /// <summary>Binds and listens, or takes the handed socket; accepting begins with <see cref="Start"/>.</summary>
    /// <exception cref="GatewayStartException">The address cannot be bound.</exception>
    internal Listener(Binding binding, Action<Listener, Socket> accepted, ILogger log)
    {
        Settings = binding.Listener;
        Bind = binding.Address;
        _accepted = accepted;
        _log = log;
        _isHanded = binding.Handed is not null;
        _socket = binding.Handed?.Socket ?? Open(Settings, Bind);
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Run) { IsBackground = true, Name = $"accept {Settings.Name} {Address}" };
    }

    private static Socket Open(ListenerSettings settings, IPEndPoint bind)
    {
        var socket = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (bind.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(bind);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new GatewayStartException(StartProblem(settings, bind, e), e);
        }
    }

    /// <summary>Its settings; replaced on reload where only values changed that need no new socket.</summary>
    internal ListenerSettings Settings { get; set; }

    /// <summary>The address as set.</summary>
    internal IPEndPoint Bind { get; }

    /// <summary>The address with the port that was taken.</summary>
    internal IPEndPoint Address { get; }

    internal void Start() => _thread.Start();

    internal void Stop()
    {
        _stopped = true;
        if (_isHanded)
            return;
        // Shutting the listening socket wakes the blocked accept; disposing alone would not on every kernel.
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // Not connected: said of a listening socket, and it wakes the accept all the same.
        }

        _socket.Dispose();
    }

    public void Dispose() => Stop();

    private void Run()
    {
        while (!_stopped)
        {
            try
            {
                if (!_isHanded || _socket.Poll(HandedLook, SelectMode.SelectRead))
                    _accepted(this, _socket.Accept());
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                // A handed one does not block: its client has gone again.
            }
            catch (SocketException e) when (!_stopped && e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // Out of descriptors: the backlog holds newcomers until one is free.
                LogOutOfDescriptors(_log, Settings.Name);
                _socket.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectError);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_stopped)
                    return;
                LogAcceptFailed(_log, Settings.Name, e.Message);
            }
        }
    }

    private static string StartProblem(ListenerSettings settings, IPEndPoint bind, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"listener \"{settings.Name}\" cannot listen on {bind}: another program has this port. See which with: ss -ltnp 'sport = :{bind.Port}'",
        SocketError.AccessDenied => $"listener \"{settings.Name}\" cannot listen on {bind}: ports below 1024 need root, CAP_NET_BIND_SERVICE or socket activation",
        SocketError.AddressNotAvailable => $"listener \"{settings.Name}\" cannot listen on {bind}: this machine does not have the address. See which it has with: ip addr",
        _ => $"listener \"{settings.Name}\" cannot listen on {bind}: {e.Message}",
    };

    [LoggerMessage(1010, LogLevel.Warning, "listener {Listener}: out of file descriptors, newcomers wait; raise LimitNOFILE")]
    private static partial void LogOutOfDescriptors(ILogger log, string listener);

    [LoggerMessage(1011, LogLevel.Warning, "listener {Listener}: accept failed: {Error}")]
    private static partial void LogAcceptFailed(ILogger log, string listener, string error);
}
