using System.Collections.Frozen;
using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay;

/// <summary>
/// Brings messages to the tenants' mail servers: the servers in order of preference, until one has seen our final dot; after that nobody
/// else is asked. Knows nothing of rules.
/// </summary>
public sealed partial class Relay : IRelay, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly Lock _applying = new();
    private volatile FrozenDictionary<string, BackendPool[]> _pools = FrozenDictionary<string, BackendPool[]>.Empty;
    private volatile BackendPool[] _draining = [];

    /// <summary>Makes the pools and begins to make acquaintance with the servers.</summary>
    /// <param name="settings">The first snapshot.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where is logged.</param>
    /// <param name="random">For the breaker's jitter; null: the shared one.</param>
    public Relay(GatewaySettings settings, TimeProvider time, ILoggerFactory logs, Random? random = null)
    {
        _time = time;
        _random = random ?? Random.Shared;
        _log = logs.CreateLogger("Garita.Relay");
        Apply(settings);
    }

    /// <inheritdoc/>
    public void Apply(GatewaySettings settings)
    {
        lock (_applying)
        {
            var before = _pools;
            var now = new Dictionary<string, BackendPool[]>(StringComparer.Ordinal);
            List<BackendPool> kept = [];
            foreach (var tenant in settings.Tenants)
            {
                var old = before.GetValueOrDefault(tenant.Name) ?? [];
                now[tenant.Name] = [.. tenant.Backends.Smtp.Select(address =>
                {
                    if (Array.Find(old, pool => pool.Address == address && IsSame(pool.Settings, tenant.Backends)) is { } same)
                    {
                        kept.Add(same);
                        return same;
                    }

                    var made = new BackendPool(address, tenant.Backends, settings.Hostname, _time, _random);
                    _ = made.ProbeAsync();
                    return made;
                })];
            }

            _pools = now.ToFrozenDictionary(StringComparer.Ordinal);
            foreach (var gone in before.Values.SelectMany(static pools => pools).Except(kept))
            {
                gone.Drain();
                _draining = [.. _draining, gone];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryResult> DeliverAsync(Delivery delivery)
    {
        var last = new DeliveryResult(DeliveryOutcome.Unreachable, null, 0, null, "", []);
        foreach (var pool in _pools.GetValueOrDefault(delivery.Tenant.Name) ?? [])
        {
            if (!pool.Breaker.TryEnter())
                continue;
            if (!await pool.EnterAsync(delivery.Deadline))
            {
                pool.Breaker.Abandoned();
                return new DeliveryResult(DeliveryOutcome.Busy, pool.Address, 0, null, "", []);
            }

            var leave = true;
            try
            {
                (var result, leave) = await DeliverToAsync(pool, delivery);
                if (result.Outcome != DeliveryOutcome.Unreachable)
                    return result;
                last = result;
            }
            finally
            {
                if (leave)
                    pool.Leave();
            }
        }

        return last;
    }

    private async ValueTask<(DeliveryResult Result, bool Leave)> DeliverToAsync(BackendPool pool, Delivery delivery)
    {
        while (true)
        {
            var connection = pool.TakeIdle();
            var isReused = connection is not null;
            Transaction? transaction = null;
            try
            {
                connection ??= await pool.OpenAsync(delivery.Client, delivery.Deadline);
                transaction = new Transaction(connection, delivery, pool.Settings, pool.Hostname);
                var end = await transaction.RunAsync();
                if (end.IsLate)
                {
                    pool.Failed(end.Result.BackendText);
                    _ = EndLateAsync(pool, connection, end.Result.Late!);
                    return (end.Result, false);
                }

                pool.Succeeded();
                if (end.IsReusable)
                    pool.Return(connection);
                else
                    pool.Close(connection);
                return (end.Result, true);
            }
            catch (BackendProblem problem)
            {
                if (connection is not null)
                    pool.Close(connection);
                // A kept connection that the server had closed meanwhile: nothing was said, a new one may do.
                if (isReused && transaction is { WasAnswered: false, DotSent: false })
                    continue;
                pool.Failed(problem.Message);
                LogProblem(_log, delivery.Session, pool.Address.ToString(), problem.Message);
                var outcome = transaction is { DotSent: true } ? DeliveryOutcome.Unknown : DeliveryOutcome.Unreachable;
                return (new DeliveryResult(outcome, pool.Address, 0, null, problem.Message, []), true);
            }
            catch (Exception)
            {
                // A fault of ours (a letter's file): the breaker's pass is given back, the half-said transaction thrown away.
                if (connection is not null)
                    pool.Close(connection);
                pool.Breaker.Abandoned();
                throw;
            }
        }
    }

    /// <summary>The sender is gone, the server's answer is still waited for: its place is taken until then.</summary>
    private static async Task EndLateAsync(BackendPool pool, BackendConnection connection, Task<bool> late)
    {
        try
        {
            await late;
        }
        finally
        {
            pool.Close(connection);
            pool.Leave();
        }
    }

    /// <inheritdoc/>
    public ServerCapabilities? Capabilities(TenantSettings tenant)
    {
        foreach (var pool in _pools.GetValueOrDefault(tenant.Name) ?? [])
        {
            if (pool.LastCan is { } can)
                return can;
        }

        return null;
    }

    /// <inheritdoc/>
    public DeliveryOutcome? Unavailable(TenantSettings tenant)
    {
        var pools = _pools.GetValueOrDefault(tenant.Name) ?? [];
        if (Array.TrueForAll(pools, static pool => pool.Breaker.IsOpen))
            return DeliveryOutcome.Unreachable;
        return Array.TrueForAll(pools, static pool => pool.Breaker.IsOpen || pool.IsFull) ? DeliveryOutcome.Busy : null;
    }

    /// <inheritdoc/>
    public void Sweep()
    {
        var now = _time.GetTimestamp();
        foreach (var pools in _pools.Values)
        {
            foreach (var pool in pools)
                pool.Sweep(now);
        }

        foreach (var pool in _draining)
            pool.Sweep(now);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BackendState> States() => [.. _pools.SelectMany(static tenant => tenant.Value.Select(pool => pool.State(tenant.Key)))];

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values.SelectMany(static pools => pools))
            pool.Drain();
        return ValueTask.CompletedTask;
    }

    private static bool IsSame(BackendSettings a, BackendSettings b) =>
        a.Tls == b.Tls && string.Equals(a.Ca, b.Ca, StringComparison.Ordinal) && string.Equals(a.TlsName, b.TlsName, StringComparison.Ordinal)
        && a.PassClient == b.PassClient && a.Connections == b.Connections && (a.Pin ?? []).AsSpan().SequenceEqual(b.Pin ?? []);

    [LoggerMessage(1200, LogLevel.Warning, "session {Session}: mail server {Backend}: {Problem}")]
    private static partial void LogProblem(ILogger log, string session, string backend, string problem);
}
