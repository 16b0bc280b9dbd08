using Garita.Hardening.Host;
using Garita.Hardening.Kinds;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Firewall;

internal sealed class ForwardingOff : SysctlCheck
{
    public override string Id => "forwarding-off";

    public override string Title => "The host forwards nothing";

    public override string Why => "A mail server is no router: whoever sits on one side would reach the other through it.";

    public override IReadOnlyList<string> References => ["CIS 3.3.1", "Lynis KRNL-6000"];

    protected override IReadOnlyList<(string Name, string[] Good)> Wanted =>
    [
        ("net.ipv4.ip_forward", ["0"]),
        ("net.ipv6.conf.all.forwarding", ["0"]),
    ];

    protected override string WhatMayBreak => "Containers, virtual machines and VPNs of this host lose their network; the kernel resets redirect settings when this changes.";

    protected override Risk Risk => Risk.Medium;

    public override Finding Look(View host)
    {
        var finding = base.Look(host);
        return finding.Outcome == Outcome.Fail && Forwarders(host) is { Length: > 0 } why ? Finding.Warning($"{finding.Found}: {string.Join(", ", why)}") : finding;
    }

    public override Repair? Repair(View host) => Forwarders(host).Length > 0 ? null : base.Repair(host);

    /// <summary>Who needs it: then it is a person's decision.</summary>
    private static string[] Forwarders(View host) =>
    [
        .. new[] { ("/usr/bin/dockerd", "Docker"), ("/usr/bin/podman", "Podman"), ("/usr/sbin/libvirtd", "libvirt"), ("/usr/bin/lxc-start", "LXC"), ("/etc/wireguard", "WireGuard"), ("/usr/sbin/openvpn", "OpenVPN") }
            .Where(known => host.Exists(known.Item1)).Select(static known => $"{known.Item2} is installed"),
    ];
}
