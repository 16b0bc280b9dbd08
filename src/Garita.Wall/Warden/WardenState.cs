using System.Globalization;

namespace Garita.Wall.Warden;

/// <summary>How the warden stands.</summary>
public sealed record WardenState : WardenMessage
{
    /// <summary>Whether the kernel has the table.</summary>
    public bool HasTable { get; init; }

    /// <summary>Whether the kernel has all bans of the warden.</summary>
    public bool InKernel { get; init; }

    /// <summary>Networks that are kept out.</summary>
    public int Networks { get; init; }

    /// <summary>Elements of the kernel's sets that this takes.</summary>
    public int Elements { get; init; }

    /// <summary>Networks refused since the start.</summary>
    public int Refused { get; init; }

    /// <summary>The flood mode.</summary>
    public FloodMode Flood { get; init; }

    /// <summary>Whether SYNs are answered with cookies now.</summary>
    public bool IsFlooding { get; init; }

    /// <summary>Connections whose handshake is not complete.</summary>
    public int HalfOpen { get; init; }

    /// <summary>Whether libnftables is used; false for the program <c>nft</c>.</summary>
    public bool UsesLibrary { get; init; }

    /// <summary>How many times since the start somebody else had changed the bans in the kernel, and it was put right.</summary>
    public int Mended { get; init; }

    /// <summary>How long ago that was last; whole seconds.</summary>
    public TimeSpan MendedAgo { get; init; }

    /// <summary>What is wrong, for people; empty for nothing.</summary>
    public string Problem { get; init; } = "";

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Networks} networks in {Elements} elements, {(HasTable ? InKernel ? "all in the kernel" : "not all in the kernel yet" : "none in the kernel")}; flood {FloodWord}, {HalfOpen} half-open{(Problem.Length == 0 ? "" : "; " + Problem)}");

    private string FloodWord => (Flood, IsFlooding) switch
    {
        (FloodMode.Auto, true) => "auto, now on",
        (FloodMode.Auto, false) => "auto, now off",
        (FloodMode.On, true) => "on",
        (FloodMode.On, false) => "on, but not in the kernel",
        (_, true) => "off, but still in the kernel",
        _ => "off",
    };
}
