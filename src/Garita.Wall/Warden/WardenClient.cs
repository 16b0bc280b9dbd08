using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Garita.Wall.Warden;

/// <summary>
/// Keeps a warden informed of bans. Nothing here waits for it: changes go into a bounded queue that one task empties at once; when it is full,
/// and after each connect, all bans are said anew instead. While the warden is away the task tries to connect, ever more rarely.
/// </summary>
public sealed class WardenClient : IAsyncDisposable
{
    /// <summary>Most changes that wait; beyond, one snapshot takes their place.</summary>
    internal const int QueueLength = 4096;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private const int BeatsBetweenStates = 5;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Func<IReadOnlyList<WardenBan>> _all;
    private readonly Queue<(IPNetwork Network, TimeSpan? Left)> _queue = new();
    private readonly Lock _lock = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _beat;
    private Task _running = Task.CompletedTask;
    private bool _sayAll;
    private bool _isConnected;
    private int _beats;

    /// <summary>Makes a client that does not connect yet.</summary>
    /// <param name="path">The warden's socket.</param>
    /// <param name="all">All bans that have not ended; called on the client's own task.</param>
    /// <param name="time">The clock.</param>
    public WardenClient(string path, Func<IReadOnlyList<WardenBan>> all, TimeProvider time)
    {
        _path = path;
        _all = all;
        _time = time;
    }

    /// <summary>Whether the gateway would like the flood mode; asked once a second.</summary>
    public Func<bool> WantsFlood { get; init; } = static () => false;

    /// <summary>Told when the warden has come (true), and when it is away for a reason that was not the last one, with what is to be said about it.</summary>
    public Action<bool, string> Changed { get; init; } = static (_, _) => { };

    /// <summary>Whether the warden has all bans.</summary>
    public bool IsConnected => Volatile.Read(ref _isConnected);

    /// <summary>How the warden stands, as it said last; null when it is away.</summary>
    public WardenState? State { get; private set; }

    /// <summary>Why it is away; empty when it is not.</summary>
    public string Problem { get; private set; } = "not asked yet";

    /// <summary>Begins.</summary>
    public void Start()
    {
        _beat = _time.CreateTimer(_ =>
        {
            Interlocked.Increment(ref _beats);
            Wake();
        }, null, Beat, Beat);
        _running = Task.Run(RunAsync);
    }

    /// <summary>A network is banned.</summary>
    /// <param name="ban">The ban.</param>
    public void Ban(WardenBan ban) => Add(ban.Network, ban.Left);

    /// <summary>A network is banned no more.</summary>
    /// <param name="network">The network.</param>
    public void Unban(IPNetwork network) => Add(network, left: null);

    /// <summary>Says all bans anew.</summary>
    public void SayAll()
    {
        lock (_lock)
        {
            _sayAll = true;
            _queue.Clear();
        }

        Wake();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_beat is not null)
            await _beat.DisposeAsync();
        await _running;
        _stop.Dispose();
    }

    private void Add(IPNetwork network, TimeSpan? left)
    {
        lock (_lock)
        {
            // What waits for a snapshot is in it.
            if (_sayAll || !_isConnected)
                return;
            if (_queue.Count == QueueLength)
            {
                _queue.Clear();
                _sayAll = true;
            }
            else
            {
                _queue.Enqueue((network, left));
            }
        }

        Wake();
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        var pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var exchange = await WardenExchange.ConnectAsync(_path, _time, _stop.Token);
                await ReconcileAsync(exchange);
                pause = FirstPause;
                await KeepAsync(exchange);
            }
            catch (Exception problem) when (problem is IOException or SocketException or InvalidDataException)
            {
                Away(problem.Message);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await Task.Delay(pause, _time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ReconcileAsync(WardenExchange exchange)
    {
        // Asked first: a warden that refuses us is away, and not there for a moment again and again.
        await AskStateAsync(exchange);
        lock (_lock)
        {
            _isConnected = true;
            _sayAll = true;
            _queue.Clear();
        }

        await SayAllAsync(exchange);
        await AskStateAsync(exchange);
        Problem = "";
        Changed(true, $"the warden has all bans: {State}");
    }

    private async Task KeepAsync(WardenExchange exchange)
    {
        var wish = false;
        var seen = Volatile.Read(ref _beats);
        while (await _wake.Reader.WaitToReadAsync(_stop.Token))
        {
            _ = _wake.Reader.TryRead(out _);
            await EmptyAsync(exchange);
            var wanted = WantsFlood();
            if (wanted != wish)
            {
                await exchange.AskAsync(new WishCommand(wanted), _stop.Token);
                wish = wanted;
            }

            if (Volatile.Read(ref _beats) - seen < BeatsBetweenStates)
                continue;
            seen = Volatile.Read(ref _beats);
            await AskStateAsync(exchange);
        }
    }

    private async Task EmptyAsync(WardenExchange exchange)
    {
        while (true)
        {
            bool sayAll;
            WardenMessage? command;
            lock (_lock)
            {
                sayAll = _sayAll;
                command = sayAll ? null : Next();
            }

            if (sayAll)
                await SayAllAsync(exchange);
            else if (command is null)
                return;
            else
                await exchange.AskAsync(command, _stop.Token);
        }
    }

    /// <summary>As many changes of one kind as are next and fit into a frame. Under the lock.</summary>
    private WardenMessage? Next()
    {
        if (!_queue.TryPeek(out var first))
            return null;
        List<WardenBan> bans = [];
        List<IPNetwork> ends = [];
        while (bans.Count + ends.Count < WardenProtocol.MaxNetworks && _queue.TryPeek(out var next) && next.Left.HasValue == first.Left.HasValue)
        {
            _queue.Dequeue();
            if (next.Left is { } left)
                bans.Add(new WardenBan(next.Network, left));
            else
                ends.Add(next.Network);
        }

        return first.Left.HasValue ? new BanCommand(bans) : new UnbanCommand(ends);
    }

    private async Task SayAllAsync(WardenExchange exchange)
    {
        // Changes that come from here on come after the snapshot, and are said after it.
        lock (_lock)
        {
            _sayAll = false;
            _queue.Clear();
        }

        var all = _all();
        await exchange.AskAsync(new SnapshotBegin(Math.Min(all.Count, WardenProtocol.MaxSnapshot)), _stop.Token);
        foreach (var part in all.Take(WardenProtocol.MaxSnapshot).Chunk(WardenProtocol.MaxNetworks))
            await exchange.AskAsync(new SnapshotPart(part), _stop.Token);
        await exchange.AskAsync(new SnapshotEnd(), _stop.Token);
    }

    private async Task AskStateAsync(WardenExchange exchange) =>
        State = await exchange.AskAsync(new StatusCommand(), _stop.Token) as WardenState ?? throw new InvalidDataException("the warden answered something else than was asked");

    private void Away(string why)
    {
        bool wasConnected;
        lock (_lock)
        {
            wasConnected = _isConnected;
            _isConnected = false;
            _queue.Clear();
        }

        State = null;
        var isNews = wasConnected || !string.Equals(why, Problem, StringComparison.Ordinal);
        Problem = why;
        if (isNews)
            Changed(false, why);
    }
}
