using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

/// <summary>One setting that must be right for all, and in each block for a protocol, a client or an address.</summary>
internal abstract class DovecotValueCheck : DovecotCheck
{
    /// <summary>The setting.</summary>
    protected abstract string Setting { get; }

    /// <summary>The value that the repair sets.</summary>
    protected abstract string Wanted { get; }

    /// <summary>How much the repair may break.</summary>
    protected virtual Risk Risk => Risk.Low;

    /// <summary>What the repair may break.</summary>
    protected abstract string WhatMayBreak { get; }

    public override string Expected => $"{Setting} = {Wanted}";

    public override string Mend => $"`{Setting} = {Wanted}` in /etc/dovecot/conf.d/99-garita-{Id}.conf (and not otherwise in a block), then `doveconf -n` and `doveadm reload`";

    /// <summary>Whether a value will do.</summary>
    protected virtual bool IsGood(string value) => string.Equals(value, Wanted, StringComparison.OrdinalIgnoreCase);

    protected override Finding Look(View host, DovecotSettings dovecot)
    {
        var all = dovecot.All(Setting);
        var found = string.Join("; ", all.Select(known => $"{Setting} = {known.Value}{(known.Where.Length > 0 ? $" ({known.Where})" : "")}"));
        return all.All(known => IsGood(known.Value)) ? Finding.Pass(found) : Finding.Fail(found);
    }

    protected override Repair? Repair(View host, DovecotSettings dovecot) => DropIn(host, Risk, WhatMayBreak, $"{Setting} = {Wanted}");
}
