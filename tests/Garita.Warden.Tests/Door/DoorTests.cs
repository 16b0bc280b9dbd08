using System.Net;
using System.Net.Sockets;
using Garita.Wall.Warden;
using Garita.Warden.Bans;
using Garita.Warden.Door;
using Garita.Warden.Service;
using Garita.Warden.Tests.Bans;
using Xunit;

namespace Garita.Warden.Tests.Door;

/// <summary>The socket: who is heard, what ends a connection, and a client that keeps the warden informed.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("garita-door-").FullName;
    private readonly ManualTime _time = new();
    private readonly FakeKernel _kernel = new();
    private readonly StringWriter _log = new();
    private readonly List<WardenBan> _book = [Ban("192.0.2.1/32")];
    private WardenServer? _server;
    private Keeper? _keeper;

    private string SocketPath => Path.Combine(_folder, "warden.sock");

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_socket_is_for_its_user_and_group_and_there_is_one_warden()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(SocketPath));
        var second = await Assert.ThrowsAsync<WardenException>(() => WardenServer.StartAsync(SocketPath, null, _keeper!, static _ => true, _time, Journal()));
        Assert.Contains("another warden is running", second.Message, StringComparison.Ordinal);
        // The first one still listens, and a dead one's socket is taken over.
        using (var exchange = await ConnectAsync())
            Assert.IsType<WardenState>(await exchange.AskAsync(new StatusCommand(), Cancel));
        await _server!.DisposeAsync();
        Assert.False(File.Exists(SocketPath));
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath));
        await StartAsync();
        using var again = await ConnectAsync();
        Assert.IsType<WardenState>(await again.AskAsync(new StatusCommand(), Cancel));
    }

    [Fact]
    public async Task Whoever_is_not_the_gateway_is_refused_and_changes_nothing()
    {
        await _server!.DisposeAsync();
        await StartAsync(static _ => false);
        using var exchange = await ConnectAsync();
        var refusal = await Assert.ThrowsAsync<IOException>(() => exchange.AskAsync(new BanCommand([Ban("192.0.2.9/32")]), Cancel));
        Assert.Contains("is not heard here", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_kernel.Held);
        Assert.Contains("a connection was refused", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_are_few()
    {
        var open = new List<WardenExchange>();
        for (var i = 0; i < WardenServer.MostConnections; i++)
        {
            open.Add(await ConnectAsync());
            await open[^1].AskAsync(new StatusCommand(), Cancel);
        }

        using var more = await ConnectAsync();
        Assert.Contains("too many connections", (await Assert.ThrowsAsync<IOException>(() => more.AskAsync(new StatusCommand(), Cancel))).Message, StringComparison.Ordinal);
        open.ForEach(static one => one.Dispose());
    }

    [Fact]
    public async Task Whoever_takes_the_gateway_over_keeps_no_administrator_out()
    {
        uint user = 994;
        await _server!.DisposeAsync();
        await StartAsync(userOf: _ => Volatile.Read(ref user));
        var open = new List<WardenExchange>();
        for (var i = 0; i < WardenServer.MostConnections; i++)
        {
            open.Add(await ConnectAsync());
            await open[^1].AskAsync(new StatusCommand(), Cancel);
        }

        using (var more = await ConnectAsync())
            await Assert.ThrowsAsync<IOException>(() => more.AskAsync(new StatusCommand(), Cancel));
        Volatile.Write(ref user, 0);
        using var root = await ConnectAsync();
        Assert.IsType<DoneAnswer>(await root.AskAsync(new FloodCommand(FloodMode.On), Cancel));
        open.ForEach(static one => one.Dispose());
    }

    [Theory]
    [InlineData("47455420 2F", "expected a frame of version 1")]
    [InlineData("01010000", "expected a frame")]
    [InlineData("01050000", "was not begun")]
    [InlineData("0104000A0420C000020100000001", "was not begun")]
    [InlineData("0103000400000000 0104000A0420C000020100000001", "more bans than the 0")]
    [InlineData("0103000400000002 0104000A0420C000020100000001 01050000", "1 bans where 2 were announced")]
    [InlineData("018100090000000000000000 00", "no command")]
    public async Task What_is_no_command_ends_the_connection_and_changes_nothing(string hex, string refusal)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), Cancel);
        await socket.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), SocketFlags.None, Cancel);
        socket.Shutdown(SocketShutdown.Send);
        var answers = new List<byte>();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, Cancel).AsTask().WaitAsync(Soon) is var count and > 0)
            answers.AddRange(buffer[..count]);
        Assert.Contains(refusal, System.Text.Encoding.ASCII.GetString([.. answers]), StringComparison.Ordinal);
        Assert.Empty(_kernel.Held);
    }

    [Fact]
    public async Task Every_cut_of_a_command_is_the_same_command()
    {
        var frame = new byte[WardenProtocol.MaxFrame];
        frame = frame[..WardenWriter.Write(frame, new BanCommand([Ban("192.0.2.7/32"), Ban("2001:db8::/64")]))];
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), Cancel);
        foreach (var octet in frame)
            await socket.SendAsync(new[] { octet }, SocketFlags.None, Cancel);
        using var exchange = new WardenExchange(socket, _time);
        Assert.Equal(new DoneAnswer(2, 0, true), await exchange.ReceiveAsync(Cancel));
        Assert.Equal(2, _kernel.Held.Count);
    }

    [Fact]
    public async Task A_frame_that_is_begun_must_end_in_time()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), Cancel);
        await socket.SendAsync(new byte[] { WardenProtocol.Version }, SocketFlags.None, Cancel);
        var end = socket.ReceiveAsync(new byte[16], SocketFlags.None, Cancel).AsTask();
        await PassUntilAsync(end);
        Assert.Equal(0, await end);
    }

    [Fact]
    public async Task The_client_tells_all_bans_then_each_and_all_again_after_a_restart()
    {
        var news = new Queue<TaskCompletionSource<bool>>([New(), New(), New()]);
        var expected = news.ToArray();
        await using var client = new WardenClient(SocketPath, () => [.. _book], _time) { Changed = (isThere, _) => news.Dequeue().SetResult(isThere) };
        client.Start();

        // 1. All there are.
        Assert.True(await expected[0].Task.WaitAsync(Soon));
        Assert.Equal(["192.0.2.1/32"], _kernel.Held.Keys, StringComparer.Ordinal);
        Assert.True(client is { IsConnected: true, State.Networks: 1, Problem: "" });

        // 2. Each at once.
        var changed = New();
        _kernel.Changed = () => changed.TrySetResult(true);
        _book.Add(Ban("192.0.2.2/32"));
        client.Ban(_book[^1]);
        await changed.Task.WaitAsync(Soon);
        Assert.True(_kernel.Held.ContainsKey("192.0.2.2/32"));

        // 3. The warden goes: said once, and what happens meanwhile is known afterwards.
        await _server!.DisposeAsync();
        client.Unban(_book[0].Network);
        await PassUntilAsync(expected[1].Task);
        Assert.False(await expected[1].Task);
        Assert.True(client is { IsConnected: false, State: null });
        _book.RemoveAt(0);
        _book.Add(Ban("192.0.2.3/32"));
        client.Ban(_book[^1]);
        _kernel.MakeTable();
        await StartAsync();
        await PassUntilAsync(expected[2].Task);
        Assert.True(await expected[2].Task);
        Assert.Equal(["192.0.2.2/32", "192.0.2.3/32"], _kernel.Held.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_storm_becomes_one_snapshot()
    {
        var there = New();
        await using var client = new WardenClient(SocketPath, () => [.. _book], _time) { Changed = (_, _) => there.TrySetResult(true) };
        client.Start();
        await there.Task.WaitAsync(Soon);

        // The warden is busy with one while thousands come.
        var busy = new ManualResetEventSlim();
        var last = New();
        _kernel.Changed = () =>
        {
            busy.Wait(Soon);
            if (_kernel.Held.Count == 10_002)
                last.TrySetResult(true);
        };
        _book.Add(Ban("192.0.2.200/32"));
        for (var i = 0; i < 10_000; i++)
            _book.Add(new WardenBan(new IPNetwork(new IPAddress([100, 1, (byte)(i >> 8), (byte)i]), 32), TimeSpan.FromHours(1)));
        foreach (var ban in _book.Skip(1))
            client.Ban(ban);

        busy.Set();
        await last.Task.WaitAsync(Soon);
        Assert.Equal(10_002, _kernel.Held.Count);
        // Far fewer than frames that hold all of them.
        Assert.InRange(_kernel.Changes, 1, 10);
    }

    private static TaskCompletionSource<bool> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static WardenBan Ban(string network) => new(IPNetwork.Parse(network), TimeSpan.FromHours(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Journal Journal() => new(TextWriter.Synchronized(_log), isJournal: false, _time);

    private Task<WardenExchange> ConnectAsync() => WardenExchange.ConnectAsync(SocketPath, _time, Cancel);

    private async Task StartAsync(Func<uint, bool>? may = null, Func<Socket, uint?>? userOf = null)
    {
        _keeper = new Keeper(_kernel, static () => NeverList.Make([], [], takesPrivate: false, []), static () => default, static () => null, FloodMode.Auto, _time, Journal());
        _keeper.Beat();
        _server = await WardenServer.StartAsync(SocketPath, null, _keeper, may ?? (static _ => true), _time, Journal(), userOf);
    }

    /// <summary>Turns the clock until something has happened; each turn lets others run.</summary>
    private async Task PassUntilAsync(Task happened)
    {
        for (var i = 0; i < 2000 && !happened.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(happened, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        Assert.True(happened.IsCompleted);
    }
}
