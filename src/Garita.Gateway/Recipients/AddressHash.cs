using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Garita.Gateway.Recipients;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein 2012) with a key of its own in every process: nobody outside can choose addresses that collide, or find out
/// which do. The platform's own keyed hash has 32 bits, too few to tell a million addresses apart.
/// </summary>
internal static class AddressHash
{
    private static readonly ulong Key0 = Random();
    private static readonly ulong Key1 = Random();

    /// <summary>The hash of an address; never 0.</summary>
    internal static ulong Of(ReadOnlySpan<byte> octets) => Of(octets, Key0, Key1) is var hash and not 0 ? hash : 1;

    /// <summary>With a given key, as its published test values have it.</summary>
    internal static ulong Of(ReadOnlySpan<byte> octets, ulong key0, ulong key1)
    {
        var (v0, v1, v2, v3) = (key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d, key0 ^ 0x6c7967656e657261, key1 ^ 0x7465646279746573);
        var last = (ulong)octets.Length << 56;
        while (octets.Length >= 8)
        {
            var block = BinaryPrimitives.ReadUInt64LittleEndian(octets);
            v3 ^= block;
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= block;
            octets = octets[8..];
        }

        for (var i = 0; i < octets.Length; i++)
            last |= (ulong)octets[i] << (8 * i);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }

    private static ulong Random() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
}
