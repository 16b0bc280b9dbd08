namespace Garita.Hardening.Repairs;

/// <summary>How much a repair may break.</summary>
public enum Risk
{
    /// <summary>Nobody notices.</summary>
    Low,

    /// <summary>Some service may stop doing what someone relies on.</summary>
    Medium,

    /// <summary>Someone may be locked out, or mail may stop.</summary>
    High,
}

/// <summary>What a repair touches that can lock administrators out: it goes back by itself unless it is confirmed.</summary>
[Flags]
public enum Touches
{
    /// <summary>None of it.</summary>
    Nothing = 0,

    /// <summary>The SSH server.</summary>
    Ssh = 1,

    /// <summary>A packet filter.</summary>
    Firewall = 2,

    /// <summary>PAM, sudo or su: how one becomes somebody.</summary>
    Pam = 4,
}

/// <summary>Changes that mend what a check found.</summary>
/// <param name="Risk">How much they may break.</param>
/// <param name="WhatMayBreak">What, in words.</param>
/// <param name="Changes">The changes, in order.</param>
public sealed record Repair(Risk Risk, string WhatMayBreak, params IReadOnlyList<Change> Changes)
{
    /// <summary>What they touch that can lock administrators out.</summary>
    public Touches Touches { get; init; }
}
