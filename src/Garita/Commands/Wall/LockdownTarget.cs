using System.Net;
using Garita.Gateway.Settings;
using Garita.Settings;

namespace Garita.Commands.Wall;

/// <summary>A mail server behind, and its ports that a listener of Garita serves.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Ports">The ports that are closed to strangers.</param>
/// <param name="Delivered">Those of them that the gateway brings mail to.</param>
internal sealed record LockdownTarget(string Host, IReadOnlyList<int> Ports, IReadOnlyList<int> Delivered)
{
    // What each dialogue has on the mail server: whoever knows its address comes to these.
    private const int SmtpPort = 25;

    /// <summary>Whether it is on this machine and reached over loopback only.</summary>
    public bool IsLocal => IPAddress.TryParse(Host, out var address) ? IPAddress.IsLoopback(address) : string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>The mail servers of all tenants, by host.</summary>
    public static IReadOnlyList<LockdownTarget> All(GatewaySettings settings) =>
    [
        .. settings.Tenants.SelectMany(static tenant => tenant.Backends.Smtp).Where(static backend => !backend.IsUnix)
            .GroupBy(static backend => backend.Host, StringComparer.OrdinalIgnoreCase)
            .Select(group => Of(settings, group.Key, [.. group.Select(static backend => backend.Port).Distinct()])),
    ];

    /// <summary>One of them by its host, its address as in the settings, or its tenant's name.</summary>
    public static LockdownTarget? Find(GatewaySettings settings, string name) => Array.Find(Named(settings, name), static _ => true);

    /// <summary>All that a name stands for: a tenant may have several.</summary>
    public static LockdownTarget[] Named(GatewaySettings settings, string name)
    {
        var hosts = settings.Tenants.SelectMany(tenant => tenant.Backends.Smtp
            .Where(backend => !backend.IsUnix && (Is(backend.Host) || Is(backend.ToString()) || Is(tenant.Name))).Select(static backend => backend.Host)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. All(settings).Where(target => hosts.Contains(target.Host))];

        bool Is(string text) => string.Equals(text, name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A host that the settings do not name.</summary>
    public static LockdownTarget Of(GatewaySettings? settings, string host, IReadOnlyList<int> delivered)
    {
        var ports = delivered.ToHashSet();
        if (settings is null || settings.Listeners.Any(static listener => listener.Protocol == ListenerProtocol.Smtp))
            ports.Add(SmtpPort);
        return new LockdownTarget(host, [.. ports.Order()], delivered);
    }

    /// <summary>Names to choose from, for an error.</summary>
    public static string Names(GatewaySettings settings) => string.Join(", ", All(settings).Select(static target => SafeText.Escape(target.Host)));
}
