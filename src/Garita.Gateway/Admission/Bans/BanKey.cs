using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Admission.Bans;

/// <summary>A network as numbers: made of an address without allocation.</summary>
/// <param name="Bits">The network's address; the bits behind the prefix are zero.</param>
/// <param name="Length">Length of the prefix.</param>
/// <param name="IsV4">Whether it is IPv4.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BanKey(UInt128 Bits, byte Length, bool IsV4)
{
    /// <summary>Whether it is what a rule bans for one client: an IPv4 /32 or IPv6 /64.</summary>
    internal bool IsClient => Length == (IsV4 ? 32 : 64);

    internal static BanKey Of(IPNetwork network) => new Address(network.BaseAddress).Key(network.PrefixLength);

    /// <summary>The IPv4 /24 or IPv6 /48 around it.</summary>
    internal BanKey Wide() => new Address(Bits, IsV4).Key(IsV4 ? 24 : 48);

    internal IPNetwork ToNetwork()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, Bits);
        return new IPNetwork(new IPAddress(IsV4 ? octets[12..] : octets), Length);
    }

    /// <summary>An address as a number, of which keys of several lengths are made.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly struct Address
    {
        private readonly UInt128 _bits;

        internal Address(UInt128 bits, bool isV4)
        {
            _bits = bits;
            IsV4 = isV4;
        }

        internal Address(IPAddress address)
        {
            Span<byte> octets = stackalloc byte[16];
            _ = address.TryWriteBytes(octets, out var length);
            IsV4 = length == 4;
            _bits = IsV4 ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt128BigEndian(octets);
        }

        internal bool IsV4 { get; }

        internal BanKey Key(int length)
        {
            var behind = (IsV4 ? 32 : 128) - length;
            return new BanKey(behind >= 128 ? 0 : _bits >> behind << behind, (byte)length, IsV4);
        }
    }
}
