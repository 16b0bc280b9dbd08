using Garita.Gateway.Alarms;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Backends;

/// <summary>A connection to use, or why there is none.</summary>
/// <param name="Connection">The connection, perhaps not open yet; it must be released. Null: see the other.</param>
/// <param name="Refusal"><see cref="DeliveryOutcome.Busy"/> or <see cref="DeliveryOutcome.Unreachable"/>.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct BackendGrant(BackendConnection? Connection, DeliveryOutcome Refusal);

/// <summary>How a backend behaved in one delivery, for its breaker.</summary>
internal enum BackendHealth : byte
{
    /// <summary>It told nothing of the backend.</summary>
    Unknown,
    /// <summary>It answered as it should, be it with refusals.</summary>
    Good,
    /// <summary>Connect, TLS, greeting or time-out failed.</summary>
    Bad,
}

/// <summary>
/// The connections to one backend: at most so many at once, those used last first, so that the others grow idle and go. Who finds
/// none free waits in a bounded line. It opens nothing itself: who is granted a connection opens it, outside the lock.
/// </summary>
internal sealed partial class BackendPool(BackendTarget target, TimeProvider time, Random random, ILogger log, IAlarms alarms)
{
    /// <summary>So many may wait for each connection (DESIGN.md).</summary>
    private const int WaitingPerConnection = 4;
    /// <summary>Transactions on one connection; some servers keep something of each until the end.</summary>
    internal const int MostTransactions = 1000;

    private static readonly byte[] Quit = "QUIT\r\n"u8.ToArray();
    private static readonly byte[] Rset = "RSET\r\n"u8.ToArray();

    private readonly Lock _gate = new();
    private readonly Breaker _breaker = new(time, random);
    /// <summary>All there are, those that say QUIT too: their deadlines are watched.</summary>
    private readonly List<BackendConnection> _all = [];
    private readonly List<BackendConnection> _idle = [];
    private readonly LinkedList<Waiter> _waiting = new();
    private int _slots;
    private bool _draining;
    private string _lastError = "";
    private ServerCapabilities? _capabilities;
    private bool _missesXClient;

    internal BackendTarget Target => target;

    internal ILogger Log => log;

    /// <summary>What its last EHLO offered; null before the first contact.</summary>
    internal ServerCapabilities? Capabilities
    {
        get
        {
            lock (_gate)
                return _capabilities;
        }
    }

    /// <summary>Whether nothing is left of it.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _all.Count == 0 && _waiting.Count == 0;
        }
    }

    /// <summary>A free connection; waits for one until the deadline.</summary>
    internal ValueTask<BackendGrant> AcquireAsync(long deadline)
    {
        List<BackendConnection>? stale = null;
        try
        {
            lock (_gate)
            {
                if (!_breaker.TryEnter())
                    return ValueTask.FromResult(new BackendGrant(null, DeliveryOutcome.Unreachable));
                while (_idle.Count > 0)
                {
                    var last = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                    // Dead, or the other side spoke while nothing was asked: such octets must never be taken for answers.
                    if (last.IsQuiet())
                        return ValueTask.FromResult(new BackendGrant(last, default));
                    _all.Remove(last);
                    _slots--;
                    (stale ??= []).Add(last);
                }
                if (_slots < target.Settings.Connections || TryTakeProbePlace())
                {
                    _slots++;
                    return ValueTask.FromResult(new BackendGrant(AddFresh(), default));
                }
                if (_waiting.Count >= target.Settings.Connections * WaitingPerConnection)
                {
                    _breaker.Nothing();
                    return ValueTask.FromResult(new BackendGrant(null, DeliveryOutcome.Busy));
                }
                var waiter = new Waiter(deadline);
                _waiting.AddLast(waiter);
                return new ValueTask<BackendGrant>(waiter.Task);
            }
        }
        finally
        {
            stale?.ForEach(static c => c.Dispose());
        }
    }

    /// <summary>A fresh connection in the place of one that was found dead.</summary>
    internal BackendConnection Replace(BackendConnection dead)
    {
        BackendConnection fresh;
        lock (_gate)
        {
            _all.Remove(dead);
            fresh = AddFresh();
        }
        dead.Dispose();
        return fresh;
    }

    /// <summary>Gives a connection back after a transaction.</summary>
    internal void Release(BackendConnection connection, Parting parting, bool isOneSession)
    {
        if (parting != Parting.Close && (isOneSession || connection.BelongsToClient || connection.IsClosing || connection.Transactions >= Most(connection)))
            parting = Parting.Quit;
        switch (parting)
        {
            case Parting.Keep:
                Keep(connection);
                break;
            case Parting.Reset:
                _ = ResetAsync(connection);
                break;
            case Parting.Quit:
                FreeSlot();
                _ = QuitAsync(connection);
                break;
            default:
                Remove(connection);
                FreeSlot();
                break;
        }
    }

    /// <summary>Takes note of how a delivery went.</summary>
    internal void Report(BackendHealth health, string reason)
    {
        List<BackendConnection>? unused = null;
        lock (_gate)
        {
            if (reason.Length > 0)
                _lastError = reason;
            switch (health)
            {
                case BackendHealth.Good when _breaker.Success():
                    log.BreakerClosed(target.Address.ToString(), target.Tenant);
                    alarms.Raise(new Alarm(AlarmKind.BackendDown, target.Tenant, $"the mail server {target.Address} works again", target.Address.ToString(), IsOver: true));
                    break;
                case BackendHealth.Bad when _breaker.Failure():
                    log.BreakerOpened(target.Address.ToString(), target.Tenant, reason);
                    alarms.Raise(new Alarm(AlarmKind.BackendDown, target.Tenant, $"the mail server {target.Address} does not work: {reason}; mail for it is deferred", target.Address.ToString()));
                    unused = [.. _idle, .. _probeIdle];
                    _slots -= unused.Count;
                    _idle.Clear();
                    _probeIdle.Clear();
                    foreach (var connection in unused)
                        _all.Remove(connection);
                    while (_waiting.First is { } first)
                        End(first, DeliveryOutcome.Unreachable);
                    break;
                case BackendHealth.Unknown:
                    _breaker.Nothing();
                    break;
            }
        }
        unused?.ForEach(static c => c.Dispose());
    }

    /// <summary>Takes note of what EHLO offered.</summary>
    internal void Learn(in ServerCapabilities can)
    {
        lock (_gate)
            _capabilities = can;
    }

    /// <summary>Says once that the client's address cannot be passed on as configured.</summary>
    internal void MissXClient()
    {
        if (Interlocked.Exchange(ref _missesXClient, value: true))
            return;
        log.XClientMissing(target.Address.ToString(), target.Tenant);
    }

    /// <summary>Whether a delivery would be turned away now.</summary>
    internal DeliveryOutcome? Unavailable()
    {
        lock (_gate)
        {
            if (!_breaker.MayEnter)
                return DeliveryOutcome.Unreachable;
            return _waiting.Count >= target.Settings.Connections * WaitingPerConnection ? DeliveryOutcome.Busy : null;
        }
    }

    /// <summary>Ends what is over time. The heartbeat calls it about four times a second.</summary>
    internal void Sweep(long now)
    {
        var tooOld = now - time.Ticks(BackendTimes.Idle);
        var probeTooOld = now - time.Ticks(BackendTimes.ProbeIdle);
        List<BackendConnection>? due = null;
        lock (_gate)
        {
            foreach (var connection in _all)
            {
                if (connection.IsDue(now))
                    (due ??= []).Add(connection);
            }
            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (now >= node.Value.Deadline)
                {
                    // Nobody was asked: it says nothing of the backend, but this may have been the probe.
                    _breaker.Nothing();
                    End(node, DeliveryOutcome.Unreachable);
                }
                node = next;
            }
            SweepProbes(probeTooOld);
            // Those used longest ago are at the front.
            while (_idle.Count > 0 && (_draining || _idle[0].IdleSince <= tooOld))
            {
                var old = _idle[0];
                _idle.RemoveAt(0);
                _slots--;
                _ = QuitAsync(old);
            }
        }
        // Outside the lock: who waited on such a connection may go on at once, and gives it back.
        due?.ForEach(connection => connection.Sweep(now));
    }

    /// <summary>No connection is kept any more; those in use finish.</summary>
    internal void Drain()
    {
        lock (_gate)
            _draining = true;
        Sweep(time.GetTimestamp());
    }

    /// <summary>Ends everything at once.</summary>
    internal void Abort()
    {
        BackendConnection[] all;
        lock (_gate)
        {
            _draining = true;
            while (_waiting.First is { } first)
                End(first, DeliveryOutcome.Unreachable);
            all = [.. _all];
        }
        foreach (var connection in all)
            connection.Abort();
    }

    internal BackendState State()
    {
        lock (_gate)
        {
            var breaker = _breaker.State switch { BreakerState.Closed => "closed", BreakerState.Open => "open", _ => "half-open" };
            return new BackendState(target.Tenant, target.Address.ToString(), breaker, _slots, _slots - _idle.Count - _probeIdle.Count, _waiting.Count, _lastError);
        }
    }

    // RFC 9422 §4.1: MAILMAX, if it is fewer.
    private static int Most(BackendConnection connection) => Math.Min(MostTransactions, connection.Can.LimitMailMax ?? MostTransactions);

    private BackendConnection AddFresh()
    {
        var fresh = new BackendConnection(target, time);
        _all.Add(fresh);
        return fresh;
    }

    private void Keep(BackendConnection connection)
    {
        lock (_gate)
        {
            connection.Rest();
            if (!_draining)
            {
                if (_waiting.First is { } first && connection.IsQuiet())
                {
                    _waiting.RemoveFirst();
                    first.Value.SetResult(new BackendGrant(connection, default));
                    return;
                }
                if (_waiting.Count == 0)
                {
                    _idle.Add(connection);
                    return;
                }
            }
        }
        FreeSlot();
        _ = QuitAsync(connection);
    }

    /// <summary>A place is free: the next in line opens a connection, or nobody needs it.</summary>
    private void FreeSlot()
    {
        lock (_gate)
        {
            if (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.SetResult(new BackendGrant(AddFresh(), default));
                return;
            }
            _slots--;
        }
    }

    private void End(LinkedListNode<Waiter> waiter, DeliveryOutcome refusal)
    {
        _waiting.Remove(waiter);
        waiter.Value.SetResult(new BackendGrant(null, refusal));
    }

    private void Remove(BackendConnection connection)
    {
        lock (_gate)
            _all.Remove(connection);
        connection.Dispose();
    }

    /// <summary>Ends a transaction that got no DATA; nobody waits for it (RFC 5321 §4.1.1.5).</summary>
    private async Task ResetAsync(BackendConnection connection)
    {
        try
        {
            connection.Expect(BackendTimes.Parting);
            await connection.SendAsync(Rset);
            var reply = await connection.ReadReplyAsync();
            if (reply.Code == 250)
            {
                Keep(connection);
                return;
            }
        }
        catch (BackendException)
        {
            // It is closed below; the delivery has had its answer.
        }
        Remove(connection);
        FreeSlot();
    }

    /// <summary>Takes leave (RFC 5321 §4.1.1.10): QUIT, and waits a little for the answer.</summary>
    private async Task QuitAsync(BackendConnection connection)
    {
        // Off the caller's lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            connection.Expect(BackendTimes.Parting);
            if (!connection.IsClosing)
                await connection.SendAsync(Quit);
            await connection.ReadReplyAsync();
        }
        catch (BackendException)
        {
            // It is closed either way.
        }
        Remove(connection);
    }

    private sealed class Waiter(long deadline) : TaskCompletionSource<BackendGrant>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal long Deadline { get; } = deadline;
    }
}
