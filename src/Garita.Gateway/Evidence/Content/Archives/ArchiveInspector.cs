using System.IO.Compression;
using System.Text;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.LZMA;
using SharpCompress.Compressors.Xz;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Looks into what holds other files: archives to a depth of 5, packed streams, Office documents, TNEF. What an archive declares proves nothing:
/// only octets that really come out are counted.
/// </summary>
/// <param name="scan">What all of one message share.</param>
/// <param name="part">The part.</param>
/// <param name="depth">How deep the part lies.</param>
internal sealed class ArchiveInspector(ContentScan scan, int part, int depth)
{
    internal ContentScan Scan => scan;

    internal int Part => part;

    /// <summary>Looks into a file.</summary>
    /// <param name="held">Its octets.</param>
    /// <param name="kind">What it is by them.</param>
    /// <param name="names">Readings of its name.</param>
    /// <param name="way">The way to it.</param>
    /// <param name="archiveDepth">Archives around it.</param>
    internal void Inspect(HeldContent held, ContentKind kind, IReadOnlyList<string> names, string way, int archiveDepth)
    {
        if (archiveDepth >= ContentScan.MostArchiveDepth)
        {
            scan.Report.Add(AttachmentClass.Bombs, Shown(names), way + "archives in archives", part);
            return;
        }

        var inside = way + "in an archive, ";
        try
        {
            switch (kind)
            {
                case ContentKind.Ole:
                    OleSweep.Inspect(this, held, Shown(names), way);
                    break;
                case ContentKind.Tnef:
                    TnefInspector.Inspect(this, held, way + "in TNEF, ", archiveDepth);
                    break;
                case ContentKind.Rar or ContentKind.SevenZip or ContentKind.OtherArchive:
                    PackedArchive.Inspect(this, held, kind, Shown(names), inside, archiveDepth);
                    break;
                case ContentKind.Tar:
                    TarInspector.Inspect(this, held.Open(0, held.Length), Shown(names), inside, archiveDepth);
                    break;
                case ContentKind.Cab:
                    CabNames.Inspect(this, held, inside);
                    break;
                case ContentKind.Gzip or ContentKind.Bzip2 or ContentKind.Xz or ContentKind.Lzip:
                    Unpack(held, kind, names, inside, archiveDepth);
                    break;
                case ContentKind.Zstandard:
                    scan.Report.Add(AttachmentClass.UnreadableArchives, Shown(names), way + "content", part);
                    break;
                default:
                    break;
            }

            // By name or by content, with something before it or behind it: whoever opens a zip looks for its entries.
            if (kind is ContentKind.Zip or ContentKind.Unknown or ContentKind.Executable)
                ZipInspector.Inspect(this, held, kind == ContentKind.Zip, Shown(names), inside, archiveDepth);
        }
        catch (Exception problem) when (IsDamage(problem))
        {
            scan.Report.Add(AttachmentClass.UnreadableArchives, Shown(names), way + "damaged", part);
        }
    }

    /// <summary>Looks at a file inside: its name, and what comes out.</summary>
    /// <param name="name">Its name; text from outside.</param>
    /// <param name="open">Opens its octets; null where they cannot be had.</param>
    /// <param name="packed">Octets it takes in the archive, as far as known; what comes out is measured by them.</param>
    /// <param name="way">The way to it.</param>
    /// <param name="archiveDepth">Archives around the archive.</param>
    internal void InspectEntry(string name, Func<Stream>? open, long packed, string way, int archiveDepth)
    {
        scan.JudgeName(name, part, way);
        if (open is null || scan.Stopped)
            return;
        using var stream = open();
        InspectStream(stream, [name], packed, way, archiveDepth);
    }

    /// <summary>Takes an archive at its word that says it is a bomb; that it says nothing of the kind proves nothing.</summary>
    /// <param name="declared">Octets that it says will come out.</param>
    /// <param name="packed">Octets that it has.</param>
    /// <param name="name">Its name.</param>
    /// <param name="way">The way into it.</param>
    internal void JudgeDeclared(double declared, long packed, string name, string way)
    {
        if (declared > ContentScan.MostOutput && declared > (double)packed * ContentScan.MostRatio)
            scan.Report.Add(AttachmentClass.Bombs, name, way + "too large when unpacked", part);
    }

    /// <summary>Notes a name; false when there were too many.</summary>
    internal bool TakeName(string name, string way)
    {
        if (!scan.TryTakeEntry())
        {
            scan.Report.Add(AttachmentClass.Bombs, FileName.Shown(name), way + "too many entries", part);
            return false;
        }

        scan.JudgeName(name, part, way);
        return true;
    }

    /// <summary>Looks at octets that come out of something: the first ones where that is enough, all where there is more inside.</summary>
    internal void InspectStream(Stream stream, IReadOnlyList<string> names, long packed, string way, int archiveDepth)
    {
        var sink = new ContentSink(scan, names, [], isAttachment: true, part, way, depth, archiveDepth + 1);
        try
        {
            var buffer = new byte[16 * 1024];
            long total = 0;
            var most = (Math.Max(packed, 1) * ContentScan.MostRatio) + (1 << 20);
            var needsAll = names.Any(static name => FileName.Extensions(name).Exists(static extension => KnownExtensions.IsArchive(extension) || KnownExtensions.IsMessage(extension)));
            int count;
            while (!scan.Stopped && (count = stream.Read(buffer)) > 0)
            {
                needsAll |= total == 0 && (Magic.HoldsMore(Magic.Of(buffer.AsSpan(0, count))) || Magic.IsHtml(buffer.AsSpan(0, count)));
                total += count;
                if (!scan.TryTakeOutput(count) || (needsAll && total > most))
                {
                    scan.Report.Add(AttachmentClass.Bombs, Shown(names), way + "too large when unpacked", part);
                    return;
                }

                sink.Write(buffer.AsSpan(0, count));
                if (!needsAll && total >= Magic.HeadOctets)
                    break;
            }
        }
        catch (Exception problem) when (IsDamage(problem))
        {
            scan.Report.Add(AttachmentClass.UnreadableArchives, Shown(names), way + "damaged", part);
        }
        finally
        {
            sink.Complete();
        }
    }

    /// <summary>What decoders throw at what is not as it should be; they were not all written for hostile input.</summary>
    internal static bool IsDamage(Exception problem) =>
        problem is InvalidDataException or IOException or EndOfStreamException or FormatException or ArgumentException or IndexOutOfRangeException or InvalidOperationException
            or NotSupportedException or OverflowException or NullReferenceException or DivideByZeroException or KeyNotFoundException or System.Security.Cryptography.CryptographicException
        || problem is SharpCompress.Common.SharpCompressException or InvalidCastException or OutOfMemoryException;

    internal static string Shown(IReadOnlyList<string> names) => names.Count > 0 ? FileName.Shown(names[0]) : "";

    private void Unpack(HeldContent held, ContentKind kind, IReadOnlyList<string> names, string way, int archiveDepth)
    {
        var inner = new List<string>();
        foreach (var name in names)
        {
            var dot = name.LastIndexOf('.');
            if (dot > 0)
                inner.Add(name[..dot]);
        }

        if (kind == ContentKind.Gzip && GzipName(held) is { } inside)
            inner.Add(inside);
        foreach (var name in inner)
            scan.JudgeName(name, part, way);
        if (kind == ContentKind.Gzip && held.Length > 4)
        {
            // RFC 1952 §2.3.1: the last four octets are the size, modulo 2^32.
            Span<byte> size = stackalloc byte[4];
            held.ReadAt(held.Length - 4, size);
            JudgeDeclared(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(size), held.Length, Shown(names), way);
        }

        using var packed = held.Open(0, held.Length);
        using Stream stream = kind switch
        {
            ContentKind.Gzip => new GZipStream(packed, CompressionMode.Decompress),
            ContentKind.Bzip2 => BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Decompress, true, false, false),
            ContentKind.Xz => new XZStream(packed),
            _ => LZipStream.Create(packed, SharpCompress.Compressors.CompressionMode.Decompress, false),
        };
        InspectStream(stream, inner, held.Length, way, archiveDepth);
    }

    // RFC 1952 §2.3.1: flags, then a length and extra octets, then the name.
    private static string? GzipName(HeldContent held)
    {
        Span<byte> head = stackalloc byte[1024];
        head = head[..held.ReadAt(0, head)];
        if (head.Length < 12 || (head[3] & 8) == 0)
            return null;
        var at = (head[3] & 4) != 0 ? 12 + head[10] + (head[11] << 8) : 10;
        if (at >= head.Length)
            return null;
        var end = head[at..].IndexOf((byte)0);
        return end > 0 ? Encoding.Latin1.GetString(head.Slice(at, end)) : null;
    }
}
