using System.Net;
using System.Net.Sockets;

namespace Garita.Wall.Probe;

/// <summary>
/// Tries to connect to some ports of one address: one connection each, all at the same time, nothing is sent. It works on the calling thread
/// alone, so that it can be done from within another network namespace.
/// </summary>
public static class PortProbe
{
    /// <summary>Tries them.</summary>
    /// <param name="target">Whose ports.</param>
    /// <param name="ports">Which.</param>
    /// <param name="from">The address to come from; null: the one that the routes choose.</param>
    /// <param name="timeout">How long an answer may take.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SocketException">The address to come from is not one of this host.</exception>
    public static IReadOnlyList<PortResult> Try(IPAddress target, IReadOnlyList<int> ports, IPAddress? from, TimeSpan timeout, TimeProvider time)
    {
        var results = new Dictionary<int, PortState>();
        var waiting = new Dictionary<Socket, int>();
        try
        {
            foreach (var port in ports.Distinct())
                Begin(target, port, from, waiting, results);
            var began = time.GetTimestamp();
            while (waiting.Count > 0 && timeout - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
                Collect(waiting, results, left);
            foreach (var port in waiting.Values)
                results[port] = PortState.Silent;
        }
        finally
        {
            foreach (var socket in waiting.Keys)
                socket.Dispose();
        }

        return [.. results.OrderBy(static pair => pair.Key).Select(static pair => new PortResult(pair.Key, pair.Value))];
    }

    private static void Begin(IPAddress target, int port, IPAddress? from, Dictionary<Socket, int> waiting, Dictionary<int, PortState> results)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        waiting.Add(socket, port);
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        try
        {
            socket.Connect(new IPEndPoint(target, port));
            End(socket, PortState.Open, waiting, results);
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The answer is collected later.
        }
        catch (SocketException problem)
        {
            End(socket, StateOf(problem.SocketErrorCode), waiting, results);
        }
    }

    private static void Collect(Dictionary<Socket, int> waiting, Dictionary<int, PortState> results, TimeSpan left)
    {
        var writable = waiting.Keys.ToList();
        var failed = waiting.Keys.ToList();
        Socket.Select(null, writable, failed, left);
        foreach (var socket in writable.Concat(failed).Distinct())
        {
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            End(socket, error == SocketError.Success ? PortState.Open : StateOf(error), waiting, results);
        }
    }

    private static void End(Socket socket, PortState state, Dictionary<Socket, int> waiting, Dictionary<int, PortState> results)
    {
        results[waiting[socket]] = state;
        waiting.Remove(socket);
        socket.Dispose();
    }

    private static PortState StateOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted => PortState.Refused,
        SocketError.TimedOut => PortState.Silent,
        // A packet filter may also answer with "administratively prohibited", which comes as this.
        _ => PortState.Unreachable,
    };
}
