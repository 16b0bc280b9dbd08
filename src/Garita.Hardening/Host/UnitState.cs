namespace Garita.Hardening.Host;

/// <summary>How a systemd unit is set up.</summary>
public enum UnitState
{
    /// <summary>There is no such unit.</summary>
    Absent,

    /// <summary>There, and nothing starts it at boot.</summary>
    Disabled,

    /// <summary>Started at boot, or by what it is for.</summary>
    Enabled,

    /// <summary>Cannot be started.</summary>
    Masked,
}
