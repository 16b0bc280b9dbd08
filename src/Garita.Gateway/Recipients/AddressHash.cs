using System.Buffers.Binary;
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
        var state = new SipState(key0, key1);
        state.Add(octets, rounds: 1);
        return state.End(rounds: 3);
    }

    private static ulong Random() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
}
