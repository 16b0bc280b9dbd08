using System.Globalization;
using System.Net;
using Garita.Gateway.Settings;

namespace Garita.PacketFilter;

/// <summary>Whether the session in which a ruleset is applied would still be let in.</summary>
internal static class SshSession
{
    /// <summary>Why it would not; null: it would, or there is none.</summary>
    /// <param name="connection">SSH_CONNECTION: client, its port, server, its port (ssh(1)).</param>
    /// <param name="wall">The settings.</param>
    public static string? Problem(string? connection, WallSettings wall)
    {
        if (connection?.Split(' ') is not [var client, _, _, var port] || !IPAddress.TryParse(client, out var address))
            return null;
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !wall.SshPorts.Contains(number))
            return $"this would cut your own session: it uses port {port} of the SSH server, expected in wall.ssh_ports";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        address = new IPAddress(address.GetAddressBytes());
        return wall.SshFrom.Count == 0 || wall.SshFrom.Any(network => network.Contains(address)) ? null
            : $"this would cut your own session: it comes from {address}, which is in none of wall.ssh_from and networks.administrators";
    }
}
