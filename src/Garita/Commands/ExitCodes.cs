namespace Garita.Commands;

/// <summary>Exit codes; scripts depend on them.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;

    /// <summary>Wrong usage or wrong settings.</summary>
    public const int Usage = 2;
}
