using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay;

/// <summary>The way to <c>[outbound] smarthost</c>, for what Garita itself has to send: a pool of its own, made at first use.</summary>
internal sealed class Smarthost(TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private Relay? _relay;
    private ITimer? _heart;

    /// <summary>The relay, and the tenant by whose name it is spoken to.</summary>
    /// <param name="settings">The snapshot.</param>
    /// <param name="outbound">The smarthost.</param>
    /// <param name="domains">Domains that are spoken for.</param>
    internal (IRelay Relay, TenantSettings Route) Open(GatewaySettings settings, BackendSettings outbound, IReadOnlyList<string> domains)
    {
        var route = new TenantSettings { Name = "outbound", Domains = domains, Backends = outbound };
        var alone = settings with { Tenants = [route] };
        lock (_gate)
        {
            if (_relay is not null)
            {
                _relay.Apply(alone);
                return (_relay, route);
            }

            _relay = new Relay(alone, time, logs);
            _heart = time.CreateTimer(static relay => ((Relay)relay!).Sweep(), _relay, Beat, Beat);
            return (_relay, route);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _heart?.Dispose();
        if (_relay is not null)
            await _relay.DisposeAsync();
    }
}
