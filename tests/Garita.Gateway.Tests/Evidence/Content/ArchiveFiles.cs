using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>Archives made for tests.</summary>
internal static class ArchiveFiles
{
    /// <summary>The first octets of a program.</summary>
    internal static readonly byte[] Program = [(byte)'M', (byte)'Z', 0x90, 0, 3, 0, 0, 0, 4, .. new byte[100]];

    /// <summary>The public test string that scanners take for a virus; put together here so that none takes this file for one.</summary>
    internal static readonly byte[] Eicar = Encoding.ASCII.GetBytes(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*");

    internal static byte[] Zip(params (string Name, byte[] Octets)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, octets) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(octets);
            }
        }

        return stream.ToArray();
    }

    internal static byte[] Tar(params (string Name, byte[] Octets)[] files)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, octets) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(octets) });
        }

        return stream.ToArray();
    }

    internal static byte[] Gzip(byte[] octets)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(octets);
        return stream.ToArray();
    }

    /// <summary>A RAR 4 archive with one file that is stored (method 0x30).</summary>
    internal static byte[] Rar(string name, byte[] octets, bool isEncrypted = false)
    {
        var text = Encoding.ASCII.GetBytes(name);
        var archive = new byte[13];
        archive[2] = 0x73;
        BinaryPrimitives.WriteUInt16LittleEndian(archive.AsSpan(5), 13);
        Seal(archive);
        var file = new byte[32 + text.Length];
        file[2] = 0x74;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(3), (ushort)(isEncrypted ? 0x8004 : 0x8000));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(5), (ushort)file.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(7), (uint)octets.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(11), (uint)octets.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(16), Crc(octets));
        file[24] = 20;
        file[25] = 0x30;
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(26), (ushort)text.Length);
        text.CopyTo(file, 32);
        Seal(file);
        return [.. "Rar!\u001A\u0007\0"u8, .. archive, .. file, .. octets, 0xC4, 0x3D, 0x7B, 0x00, 0x40, 0x07, 0x00];

        static void Seal(byte[] header) => BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)Crc(header.AsSpan(2)));
    }

    /// <summary>A 7z archive with one file that is copied (method 0).</summary>
    internal static byte[] SevenZip(string name, byte[] octets)
    {
        byte[] header =
        [
            0x01, 0x04, 0x06, 0x00, 0x01, 0x09, .. Number(octets.Length), 0x00, 0x07, 0x0B, 0x01, 0x00, 0x01, 0x01, 0x00, 0x0C, .. Number(octets.Length), 0x0A, 0x01, .. Word(Crc(octets)),
            0x00, 0x08, 0x00, 0x00, 0x05, 0x01, 0x11, .. Number(((name.Length + 1) * 2) + 1), 0x00, .. Encoding.Unicode.GetBytes(name + "\0"), 0x00, 0x00,
        ];
        byte[] start = [.. Long(octets.Length), .. Long(header.Length), .. Word(Crc(header))];
        return [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4, .. Word(Crc(start)), .. start, .. octets, .. header];

        static byte[] Number(int value) => value < 0x80 ? [(byte)value] : [(byte)(0x80 | (value >> 8)), (byte)value];

        static byte[] Word(uint value)
        {
            var word = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            return word;
        }

        static byte[] Long(long value)
        {
            var octets = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(octets, value);
            return octets;
        }
    }

    /// <summary>An OLE compound file's first octets with a name of its directory.</summary>
    internal static byte[] Ole(string name) =>
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[1016], .. Encoding.Unicode.GetBytes(name), .. new byte[2000]];

    /// <summary>A TNEF stream with one attachment ([MS-OXTNEF] §2.1.3).</summary>
    internal static byte[] Tnef(string name, byte[] octets)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0x223E9F78);
        writer.Write((short)1);
        Attribute(1, 0x00089006, [0, 0, 1, 0]);
        Attribute(2, 0x00069002, new byte[14]);
        Attribute(2, 0x00018010, Encoding.ASCII.GetBytes(name + "\0"));
        Attribute(2, 0x0006800F, octets);
        return stream.ToArray();

        void Attribute(byte level, int tag, byte[] value)
        {
            writer.Write(level);
            writer.Write(tag);
            writer.Write(value.Length);
            writer.Write(value);
            writer.Write((ushort)value.Sum(static octet => octet));
        }
    }

    private static uint Crc(ReadOnlySpan<byte> octets)
    {
        var crc = uint.MaxValue;
        foreach (var octet in octets)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
        }

        return ~crc;
    }
}
