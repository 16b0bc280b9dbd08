using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Recipients;

/// <summary>
/// The state of SipHash (Aumasson and Bernstein 2012). Whoever uses it says how many rounds follow a word: one where a list of a million is looked
/// through for each recipient, two where what is counted has to stand every attacker for days.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct SipState(ulong key0, ulong key1)
{
    private ulong _v0 = key0 ^ 0x736f6d6570736575;
    private ulong _v1 = key1 ^ 0x646f72616e646f6d;
    private ulong _v2 = key0 ^ 0x6c7967656e657261;
    private ulong _v3 = key1 ^ 0x7465646279746573;

    /// <summary>Takes octets and their number, as the last words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(ReadOnlySpan<byte> octets, int rounds)
    {
        var last = (ulong)octets.Length << 56;
        for (; octets.Length >= 8; octets = octets[8..])
            Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(octets), rounds);
        for (var i = 0; i < octets.Length; i++)
            last |= (ulong)octets[i] << (8 * i);
        Add(last, rounds);
    }

    /// <summary>Takes a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(ulong word, int rounds)
    {
        _v3 ^= word;
        Round(rounds);
        _v0 ^= word;
    }

    /// <summary>The hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong End(int rounds)
    {
        _v2 ^= 0xff;
        Round(rounds);
        return _v0 ^ _v1 ^ _v2 ^ _v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Round(int rounds)
    {
        for (; rounds > 0; rounds--)
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
