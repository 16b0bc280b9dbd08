namespace Garita.Wall.Warden;

/// <summary>
/// The frames between gateway and warden, on a unix socket: version, kind, length of the rest (two octets, most significant first), the rest.
/// A network is 4 or 6, the length of its prefix, its 4 or 16 octets; a ban has four octets more, the seconds that are left.
/// Everything is bounded before it is read, and nothing in it is text that reaches the kernel.
/// </summary>
public static class WardenProtocol
{
    /// <summary>The version that both sides must speak.</summary>
    public const byte Version = 1;

    /// <summary>Where the warden listens when nothing else is said.</summary>
    public const string DefaultSocket = "/run/garita-warden/warden.sock";

    /// <summary>Octets of a frame's head.</summary>
    public const int HeadLength = 4;

    /// <summary>Most octets behind the head.</summary>
    public const int MaxRest = 16384;

    /// <summary>Most octets of a frame.</summary>
    public const int MaxFrame = HeadLength + MaxRest;

    /// <summary>Most bans of a snapshot.</summary>
    public const int MaxSnapshot = 200_000;

    /// <summary>Most networks in one frame, whatever their family.</summary>
    public const int MaxNetworks = MaxRest / MaxBan;

    /// <summary>A ban in the kernel lasts at most so long; the gateway, which has the true end, says it anew with each snapshot.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>Most octets of a text.</summary>
    internal const int MaxText = 400;

    /// <summary>An IPv6 network with its seconds.</summary>
    private const int MaxBan = 2 + 16 + 4;
}
