namespace Garita.Hardening.Firewall;

/// <summary>Measure 5: what the host's own packet filter and network stack let in.</summary>
internal static class FirewallChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new OneFirewallManager(),
        new InputIPv4(),
        new InputIPv6(),
        new LoopbackAccepted(),
        new ListenersCovered(),
        new FirewallAtBoot(),
        new DiskEqualsKernel(),
        new FirewallLogging(),
        new SshFromListedNetworks(),
        new BackendClosed(),
        new ReversePathFilter(),
        new RedirectsIgnored(),
        new SecureRedirectsIgnored(),
        new RedirectsNotSent(),
        new SourceRoutesRefused(),
        new SynCookies(),
        new MartiansLogged(),
        new BroadcastsIgnored(),
        new BogusErrorsIgnored(),
        new RouterAdvertisements(),
        new ForwardingOff(),
    ];
}
