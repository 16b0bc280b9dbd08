namespace Garita.Hardening.Gateway;

internal sealed class GatewayTrustedNetworks : GatewayNetworksCheck
{
    public override string Id => "garita-trusted-networks";

    public override string Title => "Garita trusts no more networks than it has to";

    public override string Why => "Listed networks are evicted last and spared by rules: with a whole provider in the list a botnet has members there.";

    protected override IReadOnlyList<string> Lists { get; } = ["trusted", "forwarders"];
}
