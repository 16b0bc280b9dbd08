using System.Buffers.Binary;
using System.Text;
using Garita.Wall;
using Garita.Warden.Bans;

namespace Garita.Warden.Kernel;

/// <summary>What a message of the kernel was.</summary>
internal enum NetlinkAnswer : byte
{
    /// <summary>More will come.</summary>
    More,

    /// <summary>It was the last.</summary>
    End,

    /// <summary>The kernel refused, or it is no message that was asked for, or the sets changed while they were read.</summary>
    Broken,
}

/// <summary>
/// Messages of nfnetlink (linux/netfilter/nf_tables.h) as far as they are needed: the generation, and the keys of a set's elements. All numbers of
/// heads are in the machine's order, those in attributes most significant octet first.
/// </summary>
internal static class NetlinkText
{
    private const int HeadLength = 16 + 4;
    private const ushort NewElements = (10 << 8) | 12;
    private const ushort GetElements = (10 << 8) | 13;
    private const ushort NewGeneration = (10 << 8) | 15;
    private const ushort GetGeneration = (10 << 8) | 16;
    private const ushort Error = 2;
    private const ushort Done = 3;
    private const ushort Request = 1;
    private const ushort Dump = 0x300;
    private const ushort Interrupted = 0x10;
    private const byte Inet = 1;

    /// <summary>Asks for the generation.</summary>
    public static byte[] AskGeneration(uint sequence) => Ask(GetGeneration, Request, 0, sequence, []);

    /// <summary>Asks for the elements of one of the sets.</summary>
    public static byte[] AskElements(int set, uint sequence) => Ask(GetElements, Request | Dump, Inet, sequence, [.. Attribute(1, KernelNames.Table), .. Attribute(2, NftText.Sets[set])]);

    /// <summary>Reads the generation from an answer; null when it is none.</summary>
    public static uint? Generation(ReadOnlySpan<byte> octets, uint sequence)
    {
        if (!TryMessage(ref octets, out var kind, out _, out var number, out var rest) || kind != NewGeneration || number != sequence)
            return null;
        return Find(rest, 1) is { Length: 4 } generation ? BinaryPrimitives.ReadUInt32BigEndian(generation) : null;
    }

    /// <summary>Reads elements from a datagram, which holds several messages.</summary>
    public static NetlinkAnswer Elements(ReadOnlySpan<byte> octets, uint sequence, int set, Action<Prefix> take)
    {
        while (!octets.IsEmpty)
        {
            if (!TryMessage(ref octets, out var kind, out var flags, out var number, out var rest) || number != sequence || (flags & Interrupted) != 0)
                return NetlinkAnswer.Broken;
            if (kind == Done)
                return NetlinkAnswer.End;
            if (kind != NewElements)
                return NetlinkAnswer.Broken;
            var list = Find(rest, 3);
            while (TryAttribute(ref list, out _, out var element))
            {
                // Its key, and in it the value.
                var key = Find(Find(element, 1), 1);
                var (isV4, length) = Bans.Elements.All[set];
                if (key.Length != (isV4 ? 4 : 16))
                    return NetlinkAnswer.Broken;
                take(new Prefix(isV4 ? BinaryPrimitives.ReadUInt32BigEndian(key) : BinaryPrimitives.ReadUInt128BigEndian(key), length, isV4));
            }
        }

        return NetlinkAnswer.More;
    }

    private static byte[] Ask(ushort kind, ushort flags, byte family, uint sequence, byte[] attributes)
    {
        var octets = new byte[HeadLength + attributes.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, (uint)octets.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(4), kind);
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(8), sequence);
        octets[16] = family;
        attributes.CopyTo(octets.AsSpan(HeadLength));
        return octets;
    }

    private static byte[] Attribute(ushort kind, string text)
    {
        var length = 4 + text.Length + 1;
        var octets = new byte[(length + 3) & ~3];
        BinaryPrimitives.WriteUInt16LittleEndian(octets, (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(2), kind);
        Encoding.ASCII.GetBytes(text, octets.AsSpan(4));
        return octets;
    }

    private static bool TryMessage(scoped ref ReadOnlySpan<byte> octets, out ushort kind, out ushort flags, out uint sequence, out ReadOnlySpan<byte> rest)
    {
        (kind, flags, sequence) = (0, 0, 0);
        rest = default;
        if (octets.Length < 16 || BinaryPrimitives.ReadUInt32LittleEndian(octets) is var length && (length < 16 || length > octets.Length))
            return false;
        kind = BinaryPrimitives.ReadUInt16LittleEndian(octets[4..]);
        flags = BinaryPrimitives.ReadUInt16LittleEndian(octets[6..]);
        sequence = BinaryPrimitives.ReadUInt32LittleEndian(octets[8..]);
        var isShort = kind is Error or Done;
        if (!isShort && length < HeadLength)
            return false;
        rest = isShort ? default : octets[HeadLength..(int)length];
        octets = octets[Math.Min(octets.Length, ((int)length + 3) & ~3)..];
        return true;
    }

    private static bool TryAttribute(scoped ref ReadOnlySpan<byte> octets, out int kind, out ReadOnlySpan<byte> value)
    {
        kind = 0;
        value = default;
        if (octets.Length < 4 || BinaryPrimitives.ReadUInt16LittleEndian(octets) is var length && (length < 4 || length > octets.Length))
            return false;
        // Without the bits that say nested and network order.
        kind = BinaryPrimitives.ReadUInt16LittleEndian(octets[2..]) & 0x3FFF;
        value = octets[4..length];
        octets = octets[Math.Min(octets.Length, (length + 3) & ~3)..];
        return true;
    }

    /// <summary>The value of an attribute; empty when it is not there.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> octets, int wanted)
    {
        while (TryAttribute(ref octets, out var kind, out var value))
        {
            if (kind == wanted)
                return value;
        }

        return default;
    }
}
