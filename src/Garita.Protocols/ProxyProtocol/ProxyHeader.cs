using System.Net;

namespace Garita.Protocols.ProxyProtocol;

/// <summary>What a PROXY header says (HAProxy proxy-protocol.txt §2).</summary>
/// <param name="IsLocal">LOCAL, UNKNOWN, unspecified or a unix socket: the connection is the proxy's own and has no other endpoints.</param>
/// <param name="Source">The client; null when local.</param>
/// <param name="Destination">Where the client connected to; null when local.</param>
public readonly record struct ProxyHeader(bool IsLocal, IPEndPoint? Source, IPEndPoint? Destination);
