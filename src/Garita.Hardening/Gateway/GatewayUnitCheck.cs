using Garita.Hardening.Host;

namespace Garita.Hardening.Gateway;

/// <summary>A check of the gateway's unit with its drop-ins.</summary>
internal abstract class GatewayUnitCheck : GatewayCheck
{
    public override Measure Measure => Measure.Accounts;

    public override IReadOnlyList<string> References => ["Lynis BOOT-5264", "systemd.exec(5)"];

    public override string Mend => "take what weakens it out of the drop-ins (systemctl edit garita), then systemctl restart garita; systemctl cat garita shows all of them";

    public sealed override Finding Look(View host) => GaritaUnit.Read(host, GaritaUnit.Gateway) is { } unit ? Look(unit) : Finding.Unknown("no garita.service: how Garita is started here is not known");

    protected abstract Finding Look(GaritaUnit unit);
}
