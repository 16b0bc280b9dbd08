namespace Garita.Warden.Bans;

/// <summary>
/// Which elements of the kernel's sets a network becomes. The sets hold IPv4 /32 and /24, IPv6 /64 and /48 and nothing else, since only hash sets
/// are fast with many elements. What lies between is split, into 256 elements at most: IPv4 /25 to /31 into /32, /16 to /23 into /24, IPv6 /56
/// to /63 into /64, /40 to /47 into /48. All else is refused, and the gateway enforces it alone: wider networks would take too many elements,
/// and an IPv6 network longer than /64 would take its neighbours with it.
/// </summary>
internal static class Elements
{
    /// <summary>Lengths of the elements by set, in the order of <see cref="All"/>.</summary>
    public static readonly (bool IsV4, byte Length)[] All = [(true, 32), (true, 24), (false, 64), (false, 48)];

    /// <summary>A network is split into at most 2 to the power of this.</summary>
    internal const int SplitBits = 8;

    /// <summary>The length of a network's elements; 0 when it cannot be one or several.</summary>
    public static byte LengthFor(Prefix network)
    {
        foreach (var (isV4, length) in All)
        {
            if (isV4 == network.IsV4 && network.Length <= length && network.Length >= length - SplitBits && !(isV4 && length == 32 && network.Length == 24))
                return length;
        }

        return 0;
    }

    /// <summary>The elements.</summary>
    public static IEnumerable<Prefix> Of(Prefix network) => LengthFor(network) is var length and not 0 ? network.Split(length) : [];
}
