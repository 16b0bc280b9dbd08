using Garita.Gateway.Recipients.CallAhead;
using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Gateway.Relay;

/// <summary>Call-ahead: the same servers, policy and breakers as for mail.</summary>
public sealed partial class Relay : IRecipientProbes
{
    /// <inheritdoc/>
    public async ValueTask<ProbeAnswer> ProbeAsync(TenantSettings tenant, Mailbox recipient, long deadline)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(recipient);
        var route = Route(tenant);
        for (var i = 0; i < route.Length; i++)
        {
            var now = _time.GetTimestamp();
            if (now >= deadline)
                break;
            var limit = i == route.Length - 1 ? deadline : now + ((deadline - now) / 2);
            if (await TryProbeAsync(route[i], recipient, limit) is { } answer)
                return answer;
        }

        return ProbeAnswer.CannotTell;
    }

    /// <summary>Null: this server gave no answer.</summary>
    private async ValueTask<ProbeAnswer?> TryProbeAsync(BackendPool pool, Mailbox recipient, long limit)
    {
        if (pool.AcquireProbe().Connection is not { } connection)
            return null;
        var started = _time.GetTimestamp();
        while (true)
        {
            var isReused = connection.Transactions > 0;
            var probe = new BackendProbe(pool, connection, recipient, Nobody, limit);
            try
            {
                var answer = await probe.RunAsync();
                pool.Report(BackendHealth.Good, "");
                pool.ReleaseProbe(connection, probe.IsClean);
                return answer;
            }
            catch (BackendException e) when (isReused && !probe.IsAnswered && e.Fault == BackendFault.Lost && _time.GetTimestamp() < limit)
            {
                // It had closed an unused connection in that moment.
                connection = pool.Replace(connection);
            }
            catch (BackendException e)
            {
                _log.BackendFailed(pool.Target.Address.ToString(), pool.Target.Tenant, e.Message, "call-ahead");
                pool.Report(Health(e.Fault, started), e.Message);
                pool.ReleaseProbe(connection, isClean: false);
                return null;
            }
            catch
            {
                pool.Report(BackendHealth.Unknown, "");
                pool.ReleaseProbe(connection, isClean: false);
                throw;
            }
        }
    }
}
