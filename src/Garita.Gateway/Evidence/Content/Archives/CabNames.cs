using System.Buffers.Binary;

namespace Garita.Gateway.Evidence.Content;

/// <summary>Names of the files of a cabinet ([MS-CAB] §2.3); what they hold is not unpacked.</summary>
internal static class CabNames
{
    internal static void Inspect(ArchiveInspector inspector, HeldContent held, string way)
    {
        Span<byte> header = stackalloc byte[36];
        if (held.ReadAt(0, header) < header.Length)
            return;
        long at = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var files = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        Span<byte> entry = stackalloc byte[16 + 257];
        for (var i = 0; i < files && !inspector.Scan.Stopped; i++)
        {
            var count = held.ReadAt(at, entry);
            if (count <= 16)
                return;
            var name = entry[16..count];
            var end = name.IndexOf((byte)0);
            if (end < 0 || !inspector.TakeName(CharsetText.OfHeader(name[..end]), way))
                return;
            at += 16 + end + 1;
        }
    }
}
