using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Settings;
using Garita.Wall.Kernel;

namespace Garita.Gateway.Admission.Bans;

/// <summary>
/// Keeps the list of whom never to ban true: after each change of the settings, and every ten minutes, since names of mail servers, directories and
/// addresses of this machine change. A name that is not found keeps the addresses it had.
/// </summary>
/// <param name="book">Whom it is told.</param>
/// <param name="time">The clock.</param>
/// <param name="resolve">Looks a mail server's name up, as the relay does.</param>
internal sealed class NeverBanWatch(BanBook book, TimeProvider time, Func<string, Task<IPAddress[]>> resolve)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IPAddress[]> _resolved = new(StringComparer.Ordinal);
    private GatewaySettings? _settings;
    private long _due;

    /// <summary>Takes the settings; names are looked up behind.</summary>
    internal void Apply(GatewaySettings settings)
    {
        lock (_lock)
            _settings = settings;
        Tell();
        Volatile.Write(ref _due, 1);
    }

    /// <summary>Starts the look-ups that are due.</summary>
    /// <param name="now">The clock's time stamp.</param>
    internal void Beat(long now)
    {
        var due = Volatile.Read(ref _due);
        if (due == 0 || now < due)
            return;
        Volatile.Write(ref _due, now + (long)(Every.TotalSeconds * time.TimestampFrequency));
        _ = Task.Run(RefreshAsync);
    }

    /// <summary>Looks the names up now.</summary>
    internal async Task RefreshAsync()
    {
        string[] names;
        lock (_lock)
        {
            names = _settings is null ? [] : [.. _settings.Tenants.SelectMany(Hosts).Where(static host => !IPAddress.TryParse(host, out _)).Distinct(StringComparer.Ordinal)];
        }

        foreach (var name in names)
        {
            try
            {
                var addresses = await resolve(name);
                lock (_lock)
                    _resolved[name] = addresses;
            }
            catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
            {
                // It keeps what it had.
            }
        }

        Tell();
    }

    /// <summary>Mail servers and directories.</summary>
    private static IEnumerable<string> Hosts(TenantSettings tenant) =>
        tenant.Backends.Smtp.Where(static backend => !backend.IsUnix).Select(static backend => backend.Host)
            .Concat(tenant.Recipients.Ldap?.Servers.Select(static server => server.Host) ?? []);

    private void Tell()
    {
        var own = OwnAddresses.Read();
        lock (_lock)
        {
            if (_settings is not null)
                book.Apply(_settings, NeverBan.Make(_settings, _resolved, own));
        }
    }
}
