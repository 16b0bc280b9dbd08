using System.Net;
using Garita.Admin;
using Garita.Control;
using Garita.Gateway;
using Microsoft.Extensions.Logging;

namespace Garita.Serve;

/// <summary>A gateway with its control socket and admin endpoint: what <c>serve</c> and <c>demo</c> start.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private readonly Composition _parts;
    private ControlServer? _control;
    private AdminServer? _admin;
    private bool _isReady;

    private RunningGateway(Composition parts, GatewayHost host)
    {
        _parts = parts;
        Host = host;
    }

    /// <summary>What administrators may do to it.</summary>
    public GatewayHost Host { get; }

    /// <summary>Its own name.</summary>
    public string Hostname => _parts.Server.Settings.Hostname;

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<(string Listener, IPEndPoint Address)> Addresses => _parts.Server.Addresses;

    /// <summary>Where the admin endpoint is; null without one.</summary>
    public string? AdminAddress => _admin?.Address;

    /// <summary>Reads the settings and starts; ready for mail when it returns.</summary>
    /// <param name="text">The settings file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where is logged.</param>
    /// <param name="handed">Listening sockets that were handed to the program.</param>
    /// <exception cref="Settings.SettingsException">The settings are wrong.</exception>
    /// <exception cref="GatewayStartException">A folder, an address or a certificate cannot be used.</exception>
    public static async Task<RunningGateway> StartAsync(SettingsText text, TimeProvider time, ILoggerFactory logs, IReadOnlyList<HandedSocket> handed)
    {
        var (settings, inForce) = text.Read();
        text.Change(inForce);
        var parts = await Composition.CreateAsync(settings, time, logs, handed);
        var gateway = new RunningGateway(parts, new GatewayHost(parts.Services, parts.Server, text, settings, parts.Exceptions, parts.Recipients, parts.Spool, parts.Apply) { Quarantine = parts.Quarantine, WardenState = parts.Warden.State });
        try
        {
            // Control first, so that a second gateway on the same folder is noticed before it takes mail.
            gateway._control = await ControlServer.StartAsync(settings.DataFolder, gateway.Host, logs);
            await parts.Server.StartAsync();
            // With all bans of the ledger in the book: the kernel's are compared with them.
            parts.Warden.Start(() => parts.Server.Bans.List(), () => parts.Server.IsOverloaded);
            if (settings.AdminBind is { } bind)
                gateway._admin = await AdminServer.StartAsync(bind, () => Volatile.Read(ref gateway._isReady), time, logs);
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }

        Volatile.Write(ref gateway._isReady, true);
        return gateway;
    }

    /// <summary>Whether it answers.</summary>
    public bool IsAlive() => _parts.Server.Status().ConnectionSlots > 0;

    /// <summary>Takes no more connections; completes when sessions in DATA have finished, or their time is up.</summary>
    public Task StopAsync()
    {
        Volatile.Write(ref _isReady, false);
        return _parts.Server.StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_admin is not null)
            await _admin.DisposeAsync();
        if (_control is not null)
            await _control.DisposeAsync();
        Host.Dispose();
        await _parts.DisposeAsync();
    }
}
