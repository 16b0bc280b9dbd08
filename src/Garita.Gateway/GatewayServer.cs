using System.Net;
using Garita.Gateway.Settings;

namespace Garita.Gateway;

/// <summary>The gateway: listeners, sessions and heartbeat around one snapshot of settings.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    /// <summary>Makes a gateway that does not listen yet.</summary>
    /// <param name="services">What it is composed of.</param>
    /// <param name="settings">The first snapshot.</param>
    public GatewayServer(GatewayServices services, GatewaySettings settings) => throw new NotImplementedException();

    /// <summary>The snapshot in force.</summary>
    public GatewaySettings Settings => throw new NotImplementedException();

    /// <summary>Where it listens, with the ports that were really taken (for <c>:0</c>), in the order of the settings.</summary>
    public IReadOnlyList<(string Listener, IPEndPoint Address)> Addresses => throw new NotImplementedException();

    /// <summary>Binds the listeners and starts the heartbeat.</summary>
    /// <exception cref="GatewayStartException">An address cannot be bound, a certificate cannot be read; the message says what to do.</exception>
    public Task StartAsync() => throw new NotImplementedException();

    /// <summary>Swaps the settings; sessions keep those they started with. Listeners that changed are opened and closed.</summary>
    /// <param name="settings">The new snapshot.</param>
    /// <returns>What could not be changed without a restart, one sentence each; empty for nothing.</returns>
    public IReadOnlyList<string> Apply(GatewaySettings settings) => throw new NotImplementedException();

    /// <summary>No new connections; sessions in DATA finish within the limit, others get 421.</summary>
    public Task StopAsync() => throw new NotImplementedException();

    /// <summary>What is going on.</summary>
    public GatewayStatus Status() => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
