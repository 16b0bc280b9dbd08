using System.Collections.Frozen;
using System.Net;
using Garita.Gateway.Alarms;
using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay;

/// <summary>
/// Brings messages to the tenants' mail servers over pooled connections. It answers with what happened and keeps nothing: when it is
/// not certain that a server has the message, the sender still has it. The owner calls <see cref="Sweep"/> about four times a second;
/// no deadline passes without it.
/// </summary>
public sealed partial class Relay : IRelay, IAsyncDisposable
{
    private static readonly ClientIdentity Nobody = new(new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, 0), null, "", true);

    private readonly bool _acquaints;
    private readonly IAlarms _alarms;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly Lock _applying = new();
    private volatile FrozenDictionary<string, BackendPool[]> _routes = FrozenDictionary<string, BackendPool[]>.Empty;
    private volatile BackendPool[] _drained = [];

    /// <summary>Makes the pools.</summary>
    /// <param name="settings">The first snapshot.</param>
    /// <param name="time">The clock of all deadlines.</param>
    /// <param name="logs">Where is logged.</param>
    /// <param name="random">For the breakers' jitter; null for the shared one.</param>
    /// <param name="acquaints">Whether it connects to each server once at the start, to learn what it can.</param>
    /// <param name="alarms">Who is told of servers that do not work; null for nobody.</param>
    public Relay(GatewaySettings settings, TimeProvider time, ILoggerFactory logs, Random? random = null, bool acquaints = false, IAlarms? alarms = null)
    {
        _acquaints = acquaints;
        _alarms = alarms ?? NoAlarms.Instance;
        ArgumentNullException.ThrowIfNull(logs);
        _time = time;
        _random = random ?? Random.Shared;
        _log = logs.CreateLogger("Garita.Relay");
        Apply(settings);
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryResult> DeliverAsync(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        // 1. The route as it is now: the session's own snapshot may name servers that are gone.
        var route = Route(delivery.Tenant);
        DeliveryResult? result = null;
        for (var i = 0; i < route.Length; i++)
        {
            // 2. As long as another server could be tried, this one may use half of the patience that is left.
            var now = _time.GetTimestamp();
            if (now >= delivery.Deadline)
                break;
            var limit = i == route.Length - 1 ? delivery.Deadline : now + ((delivery.Deadline - now) / 2);

            // 3. A server that answered, or that may have seen the final dot, was the last one.
            var attempt = await TryAsync(route[i], delivery, limit);
            if (attempt.Outcome is not (DeliveryOutcome.Unreachable or DeliveryOutcome.Busy or DeliveryOutcome.CannotCarry))
                return attempt;

            // 4. If all fail: a final "cannot carry" only when every server says so, "busy" before "unreachable".
            if (result is null || Rank(attempt.Outcome) > Rank(result.Outcome))
                result = attempt;
        }
        return result ?? new DeliveryResult(DeliveryOutcome.Unreachable, null, 0, null, "", new int[delivery.Recipients.Count]);
    }

    /// <inheritdoc/>
    public ServerCapabilities? Capabilities(TenantSettings tenant)
    {
        ServerCapabilities? all = null;
        foreach (var pool in Route(tenant))
        {
            if (pool.Capabilities is not { } can)
                continue;
            // What one of them can carry can be delivered; DSN parameters would be lost on the others.
            all = all is not { } known ? can : known with
            {
                SmtpUtf8 = known.SmtpUtf8 || can.SmtpUtf8,
                Dsn = known.Dsn && can.Dsn,
                Size = known.Size is null or 0 || can.Size is null or 0 ? 0 : Math.Max(known.Size.Value, can.Size.Value),
            };
        }
        return all;
    }

    /// <inheritdoc/>
    public DeliveryOutcome? Unavailable(TenantSettings tenant)
    {
        var worst = DeliveryOutcome.Unreachable;
        foreach (var pool in Route(tenant))
        {
            switch (pool.Unavailable())
            {
                case null:
                    return null;
                case DeliveryOutcome.Busy:
                    worst = DeliveryOutcome.Busy;
                    break;
            }
        }
        return worst;
    }

    /// <inheritdoc/>
    public void Apply(GatewaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (_applying)
        {
            var old = _routes.Values.SelectMany(static pools => pools).ToDictionary(static pool => pool.Target);
            var routes = new Dictionary<string, BackendPool[]>(StringComparer.Ordinal);
            var made = new List<BackendPool>();
            foreach (var tenant in settings.Tenants)
            {
                var pools = new List<BackendPool>();
                foreach (var address in tenant.Backends.Smtp.Distinct())
                {
                    var target = new BackendTarget(tenant.Name, address, tenant.Backends, settings.Hostname);
                    if (!old.Remove(target, out var pool))
                    {
                        pool = new BackendPool(target, _time, _random, _log, _alarms);
                        made.Add(pool);
                    }

                    pools.Add(pool);
                }
                routes[tenant.Name] = [.. pools];
            }
            _routes = routes.ToFrozenDictionary(StringComparer.Ordinal);
            _drained = [.. _drained, .. old.Values];
            foreach (var pool in old.Values)
                pool.Drain();
            foreach (var pool in made)
                _ = AcquaintAsync(pool);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<BackendState> States() => [.. _routes.Values.SelectMany(static pools => pools).Select(static pool => pool.State())];

    /// <summary>Ends what is over time: connections, waits, unused connections, drained pools.</summary>
    public void Sweep()
    {
        var now = _time.GetTimestamp();
        foreach (var pools in _routes.Values)
        {
            foreach (var pool in pools)
                pool.Sweep(now);
        }
        if (_drained.Length == 0)
            return;
        foreach (var pool in _drained)
            pool.Sweep(now);
        lock (_applying)
            _drained = [.. _drained.Where(static pool => !pool.IsEmpty)];
    }

    /// <summary>Ends all connections; deliveries that still wait end as unreachable or unknown.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_applying)
        {
            foreach (var pool in _routes.Values.SelectMany(static pools => pools).Concat(_drained))
                pool.Abort();
        }
        return ValueTask.CompletedTask;
    }

    private static int Rank(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.CannotCarry => 0,
        DeliveryOutcome.Unreachable => 1,
        _ => 2,
    };

    private BackendPool[] Route(TenantSettings tenant) => _routes.TryGetValue(tenant.Name, out var pools) ? pools : [];

    private async ValueTask<DeliveryResult> TryAsync(BackendPool pool, Delivery delivery, long limit)
    {
        // 1. A connection, perhaps after a wait.
        var grant = await pool.AcquireAsync(limit);
        if (grant.Connection is not { } connection)
            return new DeliveryResult(grant.Refusal, pool.Target.Address, 0, null, "", new int[delivery.Recipients.Count]);
        var isOneSession = pool.Target.Settings.PassClient == PassClient.Proxy;
        var started = _time.GetTimestamp();
        while (true)
        {
            // 2. The transaction.
            var isReused = connection.Transactions > 0;
            var transaction = new BackendTransaction(pool, connection, delivery, limit);
            try
            {
                var result = await transaction.RunAsync();
                if (transaction.Late is { } late)
                    return result with { Late = FinishLateAsync(pool, connection, transaction, late, delivery.Session, started) };
                pool.Report(BackendHealth.Good, "");
                pool.Release(connection, transaction.Parting, isOneSession);
                return result;
            }
            catch (BackendException e) when (isReused && !transaction.IsAnswered && e.Fault == BackendFault.Lost)
            {
                // 3. It had closed an unused connection in that moment: once more on a fresh one, nothing was begun.
                connection = pool.Replace(connection);
            }
            catch (BackendException e)
            {
                // 4. Whatever else: the connection is gone.
                pool.Report(Health(e.Fault, started), e.Message);
                pool.Release(connection, Parting.Close, isOneSession);
                return Failed(pool, delivery, transaction, e);
            }
            catch
            {
                // 5. A mistake of ours: no connection and no place in the pool is lost to it.
                pool.Report(BackendHealth.Unknown, "");
                pool.Release(connection, Parting.Close, isOneSession);
                throw;
            }
        }
    }

    private BackendHealth Health(BackendFault fault, long started) => fault switch
    {
        BackendFault.Connect or BackendFault.Greeting or BackendFault.Tls => BackendHealth.Bad,
        // A delivery that came with little patience left proves nothing.
        BackendFault.TimedOut when _time.GetElapsedTime(started) >= BackendTimes.Telling => BackendHealth.Bad,
        _ => BackendHealth.Unknown,
    };

    private DeliveryResult Failed(BackendPool pool, Delivery delivery, BackendTransaction transaction, BackendException e)
    {
        var address = pool.Target.Address;
        if (!transaction.IsDotSent)
        {
            _log.BackendFailed(address.ToString(), pool.Target.Tenant, e.Message, delivery.Session);
            return new DeliveryResult(DeliveryOutcome.Unreachable, address, 0, null, "", new int[delivery.Recipients.Count]);
        }
        _log.OutcomeUnknown(address.ToString(), pool.Target.Tenant, e.Message, delivery.Session);
        return new DeliveryResult(DeliveryOutcome.Unknown, address, 0, null, "", new int[delivery.Recipients.Count]);
    }

    /// <summary>Connects once before the first mail, so that EHLO can offer what the server takes.</summary>
    private async Task AcquaintAsync(BackendPool pool)
    {
        if (!_acquaints || pool.Target.Settings.PassClient == PassClient.Proxy)
            return;
        var limit = _time.GetTimestamp() + (30 * _time.TimestampFrequency);
        var grant = await pool.AcquireAsync(limit);
        if (grant.Connection is not { } connection)
            return;
        try
        {
            await connection.OpenAsync(Nobody, limit);
            pool.Learn(connection.Can);
            pool.Report(BackendHealth.Good, "");
            pool.Release(connection, Parting.Keep, isOneSession: false);
        }
        catch (BackendException e)
        {
            pool.Report(e.Fault is BackendFault.Connect or BackendFault.Greeting or BackendFault.Tls ? BackendHealth.Bad : BackendHealth.Unknown, e.Message);
            pool.Release(connection, Parting.Close, isOneSession: false);
        }
    }

    /// <summary>Waits for the answer without the sender.</summary>
    private async Task<bool> FinishLateAsync(BackendPool pool, BackendConnection connection, BackendTransaction transaction, Task<ServerReply> late, string session, long started)
    {
        var address = pool.Target.Address.ToString();
        var isOneSession = pool.Target.Settings.PassClient == PassClient.Proxy;
        _log.OutcomeUnknown(address, pool.Target.Tenant, "no answer came while the sender waited", session);
        // The sender's whole patience went by: that counts as a time-out now, not in ten minutes.
        pool.Report(Health(BackendFault.TimedOut, started), "no answer to a message in time");
        try
        {
            var result = transaction.Answered(await late);
            pool.Report(BackendHealth.Good, "");
            _log.LateAnswer(address, pool.Target.Tenant, result.Code, session);
            pool.Release(connection, transaction.Parting, isOneSession);
            return result.Outcome == DeliveryOutcome.Delivered;
        }
        catch (BackendException)
        {
            pool.Release(connection, Parting.Close, isOneSession);
            return false;
        }
    }
}
