using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garita.Gateway;
using Garita.Settings;

namespace Garita.Serve;

/// <summary>Listening sockets that systemd, or whoever starts the program, has opened for it (sd_listen_fds(3)).</summary>
internal static class SocketActivation
{
    /// <summary>SD_LISTEN_FDS_START.</summary>
    private const int First = 3;

    private const int Most = 64;

    /// <summary>Takes them; a second call finds none.</summary>
    /// <exception cref="GatewayStartException">Something was handed that cannot be listened on.</exception>
    public static IReadOnlyList<HandedSocket> Take()
    {
        var handed = Read(Environment.GetEnvironmentVariable, Environment.ProcessId);
        foreach (var variable in (string[])["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"])
            Environment.SetEnvironmentVariable(variable, null);
        return [.. handed.Select(static one => Open(one.Descriptor, one.Name))];
    }

    /// <summary>Descriptors and their names, as the environment says; none where it speaks to another process.</summary>
    /// <exception cref="GatewayStartException">It cannot be read.</exception>
    internal static IReadOnlyList<(int Descriptor, string Name)> Read(Func<string, string?> variable, int processId)
    {
        if (!string.Equals(variable("LISTEN_PID"), processId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) || variable("LISTEN_FDS") is not { } text)
            return [];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > Most)
            throw new GatewayStartException($"LISTEN_FDS is {SafeText.Quote(text)}, expected a number up to {Most}");
        var names = variable("LISTEN_FDNAMES")?.Split(':') ?? [];
        return [.. Enumerable.Range(0, count).Select(i => (First + i, i < names.Length ? names[i] : "unknown"))];
    }

    private static HandedSocket Open(int descriptor, string name)
    {
        try
        {
            // Whoever opened it keeps it open over restarts: it is not ours to close.
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false)) { Blocking = false };
            if (socket.LocalEndPoint is IPEndPoint && socket.SocketType == SocketType.Stream && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is not 0)
                return new HandedSocket(name, descriptor, socket);
        }
        catch (SocketException problem)
        {
            throw new GatewayStartException($"the handed descriptor {descriptor} ({SafeText.Quote(name)}) cannot be used: {problem.Message}", problem);
        }

        throw new GatewayStartException($"the handed descriptor {descriptor} ({SafeText.Quote(name)}) is no listening TCP socket: use ListenStream=ADDRESS:PORT and Accept=no in the socket unit");
    }
}
