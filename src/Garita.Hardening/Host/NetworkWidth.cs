namespace Garita.Hardening.Host;

/// <summary>How much a network holds.</summary>
public enum NetworkWidth
{
    /// <summary>At most one wire.</summary>
    Narrow,

    /// <summary>More than one wire.</summary>
    Wide,

    /// <summary>More than one site.</summary>
    TooWide,
}
