using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Backends;

/// <summary>One mail server of one tenant, and all that a connection to it needs to know. Compared by value: what is equal keeps its pool.</summary>
internal sealed record BackendTarget(string Tenant, BackendAddress Address, BackendSettings Settings, string Hostname)
{
    public bool Equals(BackendTarget? other) =>
        other is not null
        && string.Equals(Tenant, other.Tenant, StringComparison.Ordinal)
        && Address == other.Address
        && string.Equals(Hostname, other.Hostname, StringComparison.Ordinal)
        && Settings.Tls == other.Settings.Tls
        && string.Equals(Settings.Ca, other.Settings.Ca, StringComparison.Ordinal)
        && string.Equals(Settings.TlsName, other.Settings.TlsName, StringComparison.Ordinal)
        && Settings.Pin.AsSpan().SequenceEqual(other.Settings.Pin)
        && Settings.PassClient == other.Settings.PassClient
        && Settings.Connections == other.Settings.Connections;

    public override int GetHashCode() => HashCode.Combine(Tenant, Address, Hostname);
}
