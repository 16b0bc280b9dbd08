using System.Net;
using System.Net.Sockets;

namespace Garita.Gateway;

/// <summary>
/// A listening socket that whoever started the program has opened and keeps open (sd_listen_fds(3)). It is used and never shut or closed here:
/// while Garita restarts, clients wait in its queue instead of being refused.
/// </summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Descriptor">Its number, for messages.</param>
/// <param name="Socket">The socket.</param>
public sealed record HandedSocket(string Name, int Descriptor, Socket Socket)
{
    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; } = (IPEndPoint)Socket.LocalEndPoint!;
}
