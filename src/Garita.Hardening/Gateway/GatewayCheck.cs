namespace Garita.Hardening.Gateway;

/// <summary>A check of Garita's own installation.</summary>
internal abstract class GatewayCheck : Check
{
    public sealed override Roles Roles => Roles.Gateway;
}
