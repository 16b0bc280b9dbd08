using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// Numbers for names that come from outside, by SipHash-2-4 with a key made at the start: nobody can choose names that meet, and what is
/// counted does not hold the names. It allocates nothing.
/// </summary>
internal sealed class KeyedHash
{
    private readonly ulong _k0;
    private readonly ulong _k1;

    /// <summary>A key of its own.</summary>
    internal KeyedHash()
        : this(RandomNumberGenerator.GetBytes(16))
    {
    }

    /// <param name="key">16 octets.</param>
    internal KeyedHash(ReadOnlySpan<byte> key)
    {
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>A name in any ASCII case, together with a number.</summary>
    internal ulong Of(string name, ulong with = 0) => Of(name, "", with);

    /// <summary>Two names in any ASCII case, together with a number.</summary>
    internal ulong Of(string first, string second, ulong with = 0)
    {
        Span<char> text = stackalloc char[512];
        var length = Lower(first, text);
        text[length++] = '\0';
        length += Lower(second, text[length..]);
        var octets = MemoryMarshal.AsBytes(text[..length]);
        return Of(octets, with);
    }

    internal ulong Of(ReadOnlySpan<byte> octets, ulong with = 0)
    {
        var state = new State(_k0, _k1);
        state.Add(with);
        var tail = (ulong)octets.Length << 56;
        for (; octets.Length >= 8; octets = octets[8..])
            state.Add(BinaryPrimitives.ReadUInt64LittleEndian(octets));
        for (var i = 0; i < octets.Length; i++)
            tail |= (ulong)octets[i] << (8 * i);
        state.Add(tail);
        return state.End();
    }

    private static int Lower(string name, Span<char> to)
    {
        // Local part and domain of an address fit by far; what does not is cut, the same each time.
        var from = name.AsSpan(0, Math.Min(name.Length, Math.Min(to.Length - 1, 255)));
        for (var i = 0; i < from.Length; i++)
            to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        return from.Length;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct State(ulong k0, ulong k1)
    {
        private ulong _v0 = k0 ^ 0x736f6d6570736575;
        private ulong _v1 = k1 ^ 0x646f72616e646f6d;
        private ulong _v2 = k0 ^ 0x6c7967656e657261;
        private ulong _v3 = k1 ^ 0x7465646279746573;

        internal void Add(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        internal ulong End()
        {
            _v2 ^= 0xff;
            Round();
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
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
