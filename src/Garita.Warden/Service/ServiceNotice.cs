using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Garita.Warden.Service;

/// <summary>Tells systemd how the service is (sd_notify(3)); does nothing where systemd did not start it.</summary>
/// <param name="address">NOTIFY_SOCKET; null or empty for nobody.</param>
internal sealed class ServiceNotice(string? address)
{
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Stopping() => Send("STOPPING=1");

    public void Alive() => Send("WATCHDOG=1");

    /// <summary>Half of the watchdog's time; null where there is none.</summary>
    public static TimeSpan? WatchdogPause(string? microseconds) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && time > 0 ? TimeSpan.FromMicroseconds(time / 2) : null;

    private void Send(string state)
    {
        if (string.IsNullOrEmpty(address))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A leading @ is a name without a file.
            var end = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
            socket.SendTo(Encoding.UTF8.GetBytes(state), end);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // Nobody listens: the service works all the same.
        }
    }
}
