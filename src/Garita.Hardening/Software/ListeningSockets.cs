using Garita.Hardening.Host;

namespace Garita.Hardening.Software;

internal sealed class ListeningSockets : Check
{
    // SSH and the answers of DHCP.
    private static readonly string[] Always = ["tcp/22", "udp/68", "udp/546"];

    private static readonly (Roles Role, string[] Ports)[] ByRole =
    [
        (Roles.Gateway, ["tcp/25", "tcp/465", "tcp/587", "tcp/110", "tcp/995", "tcp/143", "tcp/993"]),
        (Roles.Postfix | Roles.Exim | Roles.Sendmail | Roles.OpenSmtpd, ["tcp/25", "tcp/465", "tcp/587"]),
        (Roles.Dovecot, ["tcp/24", "tcp/110", "tcp/143", "tcp/993", "tcp/995", "tcp/4190"]),
    ];

    public override string Id => "listening-sockets";

    public override Measure Measure => Measure.Software;

    public override string Title => "Only mail and SSH listen for others";

    public override string Why => "Every open port is a way in beside the mail, and one that nobody watches.";

    public override IReadOnlyList<string> References => ["CIS 2.1.22", "Lynis NETW-3012", "NIST SP 800-45 §5.1"];

    public override string Expected => "on addresses other than loopback: SSH, the mail ports of the role, the listeners of garita.toml, and what /etc/garita/allowed names";

    public override string Mend => "stop the service or bind it to 127.0.0.1 and ::1; what has to be reachable is allowed by a line `listener tcp/PORT` in /etc/garita/allowed";

    public override Finding Look(View host)
    {
        var allowed = new HashSet<string>(Always, StringComparer.Ordinal);
        foreach (var (role, ports) in ByRole)
        {
            if ((host.Roles & role) != Roles.None)
                allowed.UnionWith(ports);
        }
        if (host.Roles.HasFlag(Roles.Gateway))
            allowed.UnionWith(GatewayPorts.Read(host));
        allowed.UnionWith(Allowed.Names(host, "listener"));
        var open = Listener.Read(host).Where(static listener => !listener.IsLoopback).ToArray();
        var others = open.Where(listener => !allowed.Contains(listener.Name)).Select(static listener => listener.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        if (others.Length > 0)
            return Finding.Fail($"also listening: {string.Join(", ", others)}");
        return Finding.Pass(open.Length == 0 ? "nothing listens for others" : $"listening: {string.Join(", ", open.Select(static listener => listener.Name).Distinct(StringComparer.Ordinal))}");
    }
}
