namespace Garita.Hardening.Gateway;

internal sealed class GatewayNeverBan : GatewayNetworksCheck
{
    public override string Id => "garita-never-ban";

    public override string Title => "Few addresses are beyond every ban";

    public override string Why => "What is in never_ban or administrators is never shut out, whatever it does, and the latter may reach SSH.";

    protected override IReadOnlyList<string> Lists { get; } = ["never_ban", "administrators"];
}
