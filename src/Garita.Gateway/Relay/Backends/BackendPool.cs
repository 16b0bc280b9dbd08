using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Backends;

/// <summary>
/// Connections to one mail server: at most so many at once, idle ones kept for a minute, last used first. Whoever waits for one waits
/// at most as long as its sender does, and not more than four times the cap wait.
/// </summary>
internal sealed class BackendPool(BackendAddress address, BackendSettings settings, string hostname, TimeProvider time, Random random)
{
    private const int MostTransactions = 1000;
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<BackendConnection> _idle = [];
    private readonly HashSet<BackendConnection> _open = [];
    private readonly LinkedList<(TaskCompletionSource<bool> Turn, long Until)> _waiting = [];
    private int _busy;
    private bool _drained;
    private volatile string _lastError = "";

    internal BackendAddress Address => address;

    internal string Hostname => hostname;

    internal BackendSettings Settings => settings;

    internal Breaker Breaker { get; } = new(time, random);

    /// <summary>It worked.</summary>
    internal void Succeeded()
    {
        _lastError = "";
        Breaker.Succeeded();
    }

    /// <summary>It failed: connect, TLS, greeting, time out, lost.</summary>
    internal void Failed(string error)
    {
        _lastError = error;
        Breaker.Failed();
    }

    /// <summary>What its last EHLO said.</summary>
    internal Protocols.Smtp.ServerCapabilities? LastCan { get; private set; }

    internal bool IsFull
    {
        get
        {
            lock (_lock)
                return _busy >= settings.Connections && _waiting.Count >= settings.Connections * 4;
        }
    }

    /// <summary>Takes one of the places; false when too many wait or the time is up.</summary>
    internal ValueTask<bool> EnterAsync(long until)
    {
        lock (_lock)
        {
            if (_busy < settings.Connections)
            {
                _busy++;
                return ValueTask.FromResult(true);
            }

            if (_waiting.Count >= settings.Connections * 4)
                return ValueTask.FromResult(false);
            var turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.AddLast((turn, until));
            return new ValueTask<bool>(turn.Task);
        }
    }

    /// <summary>Gives the place to the next that waits.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            while (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                if (first.Value.Turn.TrySetResult(true))
                    return;
            }

            _busy--;
        }
    }

    /// <summary>An idle connection that still lives, or null.</summary>
    internal BackendConnection? TakeIdle()
    {
        // A PROXY header speaks for one client only.
        if (settings.PassClient == PassClient.Proxy)
            return null;
        while (true)
        {
            BackendConnection connection;
            lock (_lock)
            {
                if (_idle.Count == 0)
                    return null;
                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (connection.IsAlive())
                return connection;
            Close(connection);
        }
    }

    /// <exception cref="BackendProblem">It cannot be reached or used.</exception>
    internal async Task<BackendConnection> OpenAsync(ClientIdentity? client, long latest)
    {
        var deadline = Math.Min(latest, time.GetTimestamp() + (long)(OpenTimeout.TotalSeconds * time.TimestampFrequency));
        var connection = await BackendConnection.OpenAsync(address, settings, hostname, client, time, deadline, Watch);
        LastCan = connection.Can;
        return connection;
    }

    /// <summary>Takes a connection back that can carry more.</summary>
    internal void Return(BackendConnection connection)
    {
        connection.SetDeadline(0);
        connection.IdleSince = time.GetTimestamp();
        lock (_lock)
        {
            if (!_drained && settings.PassClient == PassClient.None && ++connection.Transactions < MostTransactions)
            {
                _idle.Add(connection);
                return;
            }
        }

        Close(connection);
    }

    internal void Close(BackendConnection connection)
    {
        lock (_lock)
            _open.Remove(connection);
        connection.Dispose();
    }

    /// <summary>Connects once in the background, so that it is known early what the server can do.</summary>
    internal async Task ProbeAsync()
    {
        if (settings.PassClient == PassClient.Proxy || !Breaker.TryEnter())
            return;
        try
        {
            Return(await OpenAsync(null, long.MaxValue));
            Succeeded();
        }
        catch (BackendProblem e)
        {
            Failed(e.Message);
        }
    }

    /// <summary>Cuts what is past its deadline, closes what is idle for long, sends home who has waited too long.</summary>
    internal void Sweep(long now)
    {
        BackendConnection[] open;
        List<BackendConnection>? old = null;
        lock (_lock)
        {
            open = [.. _open];
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                if (_drained || time.GetElapsedTime(_idle[i].IdleSince, now) >= IdleTimeout)
                {
                    (old ??= []).Add(_idle[i]);
                    _idle.RemoveAt(i);
                }
            }

            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (now >= node.Value.Until)
                {
                    _waiting.Remove(node);
                    node.Value.Turn.TrySetResult(false);
                }

                node = next;
            }
        }

        foreach (var connection in open)
            connection.Beat(now);
        old?.ForEach(Close);
    }

    /// <summary>No connection is kept any longer; those in use end by themselves.</summary>
    internal void Drain()
    {
        lock (_lock)
            _drained = true;
        Sweep(time.GetTimestamp());
    }

    internal BackendState State(string tenant)
    {
        lock (_lock)
            return new BackendState(tenant, address.ToString(), Breaker.State, _open.Count, _busy, _waiting.Count, _lastError);
    }

    private void Watch(BackendConnection connection)
    {
        lock (_lock)
            _open.Add(connection);
    }
}
