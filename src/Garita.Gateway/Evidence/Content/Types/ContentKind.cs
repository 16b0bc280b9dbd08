using System.Buffers.Binary;
using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>What a file is by its octets.</summary>
internal enum ContentKind : byte
{
    Unknown,
    Executable,
    Script,
    Link,
    DiskImage,
    Zip,
    Rar,
    SevenZip,
    Tar,
    Gzip,
    Bzip2,
    Xz,
    Lzip,
    Zstandard,
    Cab,
    OtherArchive,
    Ole,
    Tnef,
}

/// <summary>Recognises files by their first octets.</summary>
internal static class Magic
{
    /// <summary>Octets that are looked at: an ISO 9660 volume says what it is at 32,769.</summary>
    internal const int HeadOctets = 36 * 1024;

    /// <summary>Octets after which all others are known.</summary>
    internal const int EarlyOctets = 4 * 1024;

    internal static ContentKind Of(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4)
            return ContentKind.Unknown;
        if (IsProgram(head))
            return ContentKind.Executable;
        // What the kernel and the script hosts look for.
        if (head.StartsWith("#!"u8) || head.StartsWith("\uFEFF#!"u8) || head.StartsWith("#@~^"u8))
            return ContentKind.Script;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0]))
            return ContentKind.Link;
        if (Archive(head) is not ContentKind.Unknown and var archive)
            return archive;
        return IsDiskImage(head) ? ContentKind.DiskImage : ContentKind.Unknown;
    }

    internal static AttachmentClass? ClassOf(ContentKind kind) => kind switch
    {
        ContentKind.Executable => AttachmentClass.Executables,
        ContentKind.Script => AttachmentClass.Scripts,
        ContentKind.Link => AttachmentClass.Links,
        ContentKind.DiskImage => AttachmentClass.DiskImages,
        _ => null,
    };

    /// <summary>Whether there are files inside, or something else that only the whole file tells.</summary>
    internal static bool HoldsMore(ContentKind kind) => kind >= ContentKind.Zip;

    private static bool IsProgram(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("MZ"u8) || head.StartsWith("ZM"u8))
        {
            if (head.Length < 64)
                return head[2..].Contains((byte)0);
            var at = BinaryPrimitives.ReadUInt32LittleEndian(head[60..]);
            if (at < head.Length - 2 && (head[(int)at..].StartsWith("PE"u8) || head[(int)at..].StartsWith("NE"u8) || head[(int)at..].StartsWith("LE"u8)))
                return true;
            // The new header may lie behind what is looked at; text that begins with these letters has no NUL.
            return head[..64].Contains((byte)0);
        }

        if (head.StartsWith("\u007FELF"u8) || head.StartsWith("ITSF"u8) || head.StartsWith("dex\n"u8))
            return true;
        return BinaryPrimitives.ReadUInt32BigEndian(head) switch
        {
            // Mach-O, both widths and orders; many architectures, or a Java class; Pack200.
            0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE or 0xCAFEBABE or 0xBEBAFECA or 0xCAFED00D => true,
            _ => false,
        };
    }

    private static ContentKind Archive(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) || head.StartsWith("PK\u0007\u0008"u8) || head.StartsWith("PK00PK"u8))
            return ContentKind.Zip;
        if (head.StartsWith("Rar!\u001A\u0007"u8) || head.StartsWith("RE~^"u8))
            return ContentKind.Rar;
        if (head.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]))
            return ContentKind.SevenZip;
        if (head[0] == 0x1F && head[1] == 0x8B && head[2] == 8)
            return ContentKind.Gzip;
        if (head.StartsWith("BZh"u8) && head[3] is >= (byte)'1' and <= (byte)'9')
            return ContentKind.Bzip2;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            return ContentKind.Xz;
        if (head.StartsWith("LZIP"u8))
            return ContentKind.Lzip;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) == 0xFD2FB528)
            return ContentKind.Zstandard;
        if (head.StartsWith("MSCF\0\0\0\0"u8))
            return ContentKind.Cab;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
            return ContentKind.Ole;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) == 0x223E9F78)
            return ContentKind.Tnef;
        if (head.Length > 262 && head[257..].StartsWith("ustar"u8))
            return ContentKind.Tar;
        var isOther = (head[0] == 0x60 && head[1] == 0xEA) || (head.Length > 14 && head[7..].StartsWith("**ACE**"u8)) || (head.Length > 7 && head[2..].StartsWith("-lh"u8) && head[6] == '-')
            || (head[0] == 0x1F && head[1] is 0x9D or 0xA0);
        return isOther ? ContentKind.OtherArchive : ContentKind.Unknown;
    }

    private static bool IsDiskImage(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("conectix"u8) || head.StartsWith("vhdxfile"u8) || head.StartsWith("KDMV"u8) || head.StartsWith((ReadOnlySpan<byte>)[(byte)'Q', (byte)'F', (byte)'I', 0xFB]) || head.StartsWith("MSWIM\0\0\0"u8))
            return true;
        // ECMA-119 §8, ECMA-167 2/9: volume descriptors from sector 16 on.
        for (var at = 0x8001; at + 5 <= head.Length; at += 0x800)
        {
            var id = head.Slice(at, 5);
            if (id.SequenceEqual("CD001"u8) || id.SequenceEqual("BEA01"u8) || id.SequenceEqual("NSR02"u8) || id.SequenceEqual("NSR03"u8))
                return true;
        }

        // A boot sector of FAT or NTFS.
        return head.Length >= 512 && head[510] == 0x55 && head[511] == 0xAA && head[0] is 0xEB or 0xE9
            && (head[3..].StartsWith("NTFS"u8) || head[54..].StartsWith("FAT"u8) || head[82..].StartsWith("FAT32"u8));
    }

    /// <summary>Whether octets are text, as far as one can say: no NUL among the first ones.</summary>
    internal static bool IsText(ReadOnlySpan<byte> head) => !head[..Math.Min(head.Length, 1024)].Contains((byte)0);

    /// <summary>Whether text begins like HTML or SVG.</summary>
    internal static bool IsHtml(ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head[..Math.Min(head.Length, EarlyOctets)]).Replace("\0", "", StringComparison.Ordinal);
        return text.Contains("<html", StringComparison.OrdinalIgnoreCase) || text.Contains("<script", StringComparison.OrdinalIgnoreCase)
            || text.Contains("<!doctype", StringComparison.OrdinalIgnoreCase) || text.Contains("<svg", StringComparison.OrdinalIgnoreCase) || text.Contains("<body", StringComparison.OrdinalIgnoreCase);
    }
}
