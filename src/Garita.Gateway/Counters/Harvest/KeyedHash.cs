using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Garita.Gateway.Recipients;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// Numbers for names that come from outside, by SipHash-2-4 with a key of its own: nobody can choose names that meet, and what is
/// counted does not hold the names. It allocates nothing.
/// </summary>
internal sealed class KeyedHash
{
    /// <summary>Length of a key.</summary>
    internal const int KeyOctets = 16;

    private readonly ulong _k0;
    private readonly ulong _k1;

    /// <summary>A key of its own.</summary>
    internal KeyedHash()
        : this(RandomNumberGenerator.GetBytes(KeyOctets))
    {
    }

    /// <param name="key">16 octets.</param>
    internal KeyedHash(ReadOnlySpan<byte> key)
    {
        Key = key[..KeyOctets].ToArray();
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>The key, for the next start.</summary>
    internal byte[] Key { get; }

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
        var state = new SipState(_k0, _k1);
        state.Add(with, rounds: 2);
        state.Add(octets, rounds: 2);
        return state.End(rounds: 4);
    }

    private static int Lower(string name, Span<char> to)
    {
        // Local part and domain of an address fit by far; what does not is cut, the same each time.
        var from = name.AsSpan(0, Math.Min(name.Length, Math.Min(to.Length - 1, 255)));
        for (var i = 0; i < from.Length; i++)
            to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        return from.Length;
    }
}
