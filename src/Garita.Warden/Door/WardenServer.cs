using System.Globalization;
using System.Net.Sockets;
using Garita.Machine.Files;
using Garita.Wall.Warden;
using Garita.Warden.Bans;
using Garita.Warden.Service;

namespace Garita.Warden.Door;

/// <summary>
/// The unix socket. Its mode and group say who may connect; the kernel says who did, and only the gateway's user and root are heard. A few
/// connections at most, one frame of each at a time: what a client may cost is bounded.
/// </summary>
internal sealed class WardenServer : IAsyncDisposable
{
    /// <summary>Connections of the gateway's user, and as many of root: who takes the gateway over cannot keep administrators out.</summary>
    internal const int MostConnections = 8;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _path;
    private readonly Keeper _keeper;
    private readonly Func<uint, bool> _mayUser;
    private readonly Func<Socket, uint?> _userOf;
    private readonly TimeProvider _time;
    private readonly Journal _journal;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<(Task Served, bool IsRoot)> _connections = [];
    private Task _accepting = Task.CompletedTask;

    private WardenServer(string path, Keeper keeper, Func<uint, bool> mayUser, Func<Socket, uint?> userOf, TimeProvider time, Journal journal)
    {
        _path = path;
        _keeper = keeper;
        _mayUser = mayUser;
        _userOf = userOf;
        _time = time;
        _journal = journal;
    }

    /// <summary>Opens the socket, in place of one that a dead warden left.</summary>
    /// <param name="path">Where.</param>
    /// <param name="group">The group that may connect; null for the process's own.</param>
    /// <param name="keeper">Who keeps the bans.</param>
    /// <param name="mayUser">Which users are heard.</param>
    /// <param name="time">The clock.</param>
    /// <param name="journal">The log.</param>
    /// <param name="userOf">Who is at the other end; null: whom the kernel names.</param>
    /// <exception cref="WardenException">A living warden has it, or it cannot be made.</exception>
    public static async Task<WardenServer> StartAsync(string path, uint? group, Keeper keeper, Func<uint, bool> mayUser, TimeProvider time, Journal journal, Func<Socket, uint?>? userOf = null)
    {
        var server = new WardenServer(path, keeper, mayUser, userOf ?? Peer.User, time, journal);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (!await SocketFile.RemoveStaleAsync(path))
                throw new IOException("another warden is running on it");
            server._listener.Bind(new UnixDomainSocketEndPoint(path));
            // Before anybody can connect: that needs Listen.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            // A unit forbids chown, and has the right group from the start.
            if (group is { } id && id != Self.Group)
                Give(path, id);
            server._listener.Listen(MostConnections);
        }
        catch (Exception problem) when (problem is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            await server.DisposeAsync();
            throw new WardenException($"cannot open {path}: {problem.Message}; check its folder, or choose another with --socket", problem);
        }

        server._accepting = Task.Run(server.AcceptAsync);
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        var wasOpen = _listener.IsBound;
        _listener.Dispose();
        await _accepting;
        Task[] rest;
        lock (_lock)
            rest = [.. _connections.Select(static one => one.Served)];
        await Task.WhenAll(rest);
        _stop.Dispose();
        if (wasOpen)
            File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // It was gone before it was here.
                continue;
            }

            lock (_lock)
            {
                _connections.RemoveAll(static one => one.Served.IsCompleted);
                var user = _userOf(socket);
                var isFull = _connections.Count(one => one.IsRoot == (user == 0)) >= MostConnections;
                _connections.Add((ServeAsync(socket, user, isFull), user == 0));
            }
        }
    }

    private async Task ServeAsync(Socket socket, uint? user, bool isFull)
    {
        // The accept loop goes on.
        await Task.Yield();
        using var exchange = new WardenExchange(socket, _time);
        try
        {
            if (isFull || user is not { } id || !_mayUser(id))
            {
                var why = isFull ? "too many connections" : string.Create(CultureInfo.InvariantCulture, $"user {user} is not heard here, only root and the gateway's user (--user)");
                _journal.Say(JournalLevel.Warning, "a connection was refused: " + why);
                await exchange.EndWithAsync(new RefusalAnswer(why), _stop.Token);
                return;
            }

            using var session = new Session(_keeper, id == 0);
            while (await exchange.ReceiveAsync(_stop.Token) is { } message)
            {
                var answer = session.Answer(message);
                if (session.IsOver)
                {
                    _journal.Say(JournalLevel.Warning, $"a connection was ended: {(answer as RefusalAnswer)?.Text}");
                    await exchange.EndWithAsync(answer, _stop.Token);
                    return;
                }

                await exchange.SendAsync(answer, _stop.Token);
            }
        }
        catch (InvalidDataException problem)
        {
            _journal.Say(JournalLevel.Warning, "a connection was ended: " + problem.Message);
            await exchange.EndWithAsync(new RefusalAnswer(problem.Message), _stop.Token);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side went away, or we do.
        }
    }

    private static void Give(string path, uint group)
    {
        try
        {
            FileOwner.GiveToGroup(path, group);
        }
        catch (IOException problem)
        {
            throw new WardenException(string.Create(CultureInfo.InvariantCulture, $"group {group} cannot have the socket ({problem.Message}): run the warden as root or with that group"));
        }
    }
}
