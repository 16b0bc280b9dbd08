using System.Runtime.InteropServices;
using Garita.Warden.Bans;

namespace Garita.Warden.Kernel;

/// <summary>A netlink socket to the packet filter. .NET has none; one that fails is closed, and opened anew by the next question.</summary>
internal sealed class NetlinkSocket : INetlink, IDisposable
{
    private const int FamilyNetlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int Netfilter = 12;
    private const int LevelSocket = 1;
    private const int ReceiveTimeout = 20;
    private const int MostDatagrams = 100_000;

    // More than the kernel ever puts into one.
    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _socket = -1;
    private uint _sequence;

    public uint? Generation()
    {
        if (!Send(NetlinkText.AskGeneration(++_sequence)) || Receive() is not (> 0 and var count))
            return null;
        if (NetlinkText.Generation(_buffer.AsSpan(0, count), _sequence) is { } generation)
            return generation;
        Dispose();
        return null;
    }

    public bool ReadElements(Action<Prefix> take)
    {
        for (var set = 0; set < NftText.Sets.Length; set++)
        {
            if (!Read(set, take))
            {
                // What is still to come would be taken for the next answer.
                Dispose();
                return false;
            }
        }

        return true;
    }

    public void Dispose()
    {
        if (_socket >= 0)
            _ = Close(_socket);
        _socket = -1;
    }

    private bool Read(int set, Action<Prefix> take)
    {
        if (!Send(NetlinkText.AskElements(set, ++_sequence)))
            return false;
        for (var i = 0; i < MostDatagrams; i++)
        {
            if (Receive() is not (> 0 and var count))
                return false;
            if (NetlinkText.Elements(_buffer.AsSpan(0, count), _sequence, set, take) is var answer and not NetlinkAnswer.More)
                return answer == NetlinkAnswer.End;
        }

        return false;
    }

    private bool Send(byte[] message)
    {
        if (_socket < 0)
        {
            _socket = Open(FamilyNetlink, RawCloseOnExec, Netfilter);
            // Two seconds: the kernel answers at once, or not at all. Seconds and microseconds.
            if (_socket < 0 || SetOption(_socket, LevelSocket, ReceiveTimeout, [2, 0], 16) != 0)
            {
                Dispose();
                return false;
            }
        }

        if (Send(_socket, message, message.Length, 0) == message.Length)
            return true;
        Dispose();
        return false;
    }

    private int Receive()
    {
        if ((int)Receive(_socket, _buffer, _buffer.Length, 0) is > 0 and var count)
            return count;
        Dispose();
        return 0;
    }

    [DllImport("libc", EntryPoint = "socket")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(int family, int kind, int protocol);

    [DllImport("libc", EntryPoint = "setsockopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int socket, int level, int option, long[] value, uint length);

    [DllImport("libc", EntryPoint = "send")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Send(int socket, byte[] octets, nint length, int flags);

    [DllImport("libc", EntryPoint = "recv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Receive(int socket, byte[] octets, nint length, int flags);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int socket);
}
