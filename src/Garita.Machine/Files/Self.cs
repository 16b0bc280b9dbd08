namespace Garita.Machine.Files;

/// <summary>Whom this process acts as: .NET does not say.</summary>
public static class Self
{
    /// <summary>The number of the user.</summary>
    public static uint User => Libc.EffectiveUser();

    /// <summary>The number of the group.</summary>
    public static uint Group => Libc.EffectiveGroup();
}
