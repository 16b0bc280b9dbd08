using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Garita.Warden.Bans;

/// <summary>A network as numbers.</summary>
/// <param name="Bits">Its first address; the bits behind the prefix are zero.</param>
/// <param name="Length">Length of the prefix.</param>
/// <param name="IsV4">Whether it is IPv4.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Prefix(UInt128 Bits, byte Length, bool IsV4)
{
    private UInt128 Mask => Length == 0 ? 0 : UInt128.MaxValue << (Width - Length);

    private int Width => IsV4 ? 32 : 128;

    public static Prefix Of(IPNetwork network)
    {
        Span<byte> octets = stackalloc byte[16];
        _ = network.BaseAddress.TryWriteBytes(octets, out var count);
        UInt128 bits = count == 4 ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt128BigEndian(octets);
        return new Prefix(bits, (byte)network.PrefixLength, count == 4);
    }

    public IPAddress ToAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, Bits);
        return new IPAddress(IsV4 ? octets[12..] : octets);
    }

    /// <summary>The network of another length that has the first address of this one.</summary>
    public Prefix At(int length)
    {
        var behind = Width - length;
        return new Prefix(behind >= 128 ? 0 : Bits >> behind << behind, (byte)length, IsV4);
    }

    /// <summary>Whether one of both lies in the other.</summary>
    public bool Overlaps(Prefix other) => IsV4 == other.IsV4 && ((Bits ^ other.Bits) & Mask & other.Mask) == 0;

    /// <summary>The networks of a longer prefix that it consists of.</summary>
    public IEnumerable<Prefix> Split(int length)
    {
        var count = 1 << (length - Length);
        for (var i = 0; i < count; i++)
            yield return new Prefix(Bits + ((UInt128)(uint)i << (Width - length)), (byte)length, IsV4);
    }

    public override string ToString() => $"{ToAddress()}/{Length.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
