using SharpCompress.Archives.Rar;
using SharpCompress.Archives.SevenZip;
using SharpCompress.Common;
using SharpCompress.Readers;

namespace Garita.Gateway.Evidence.Content;

/// <summary>Files of rar, 7z, and of older archives, by SharpCompress. Names first, which cost little; then what the files are.</summary>
internal static class PackedArchive
{
    /// <summary>Octets unpacked of one archive to see what its files are: names were seen already, and solid archives are unpacked from their start.</summary>
    private const long MostLookedAt = 64L * 1024 * 1024;

    internal static void Inspect(ArchiveInspector inspector, HeldContent held, ContentKind kind, string name, string way, int archiveDepth)
    {
        try
        {
            if (kind == ContentKind.OtherArchive)
            {
                using var stream = held.Open(0, held.Length);
                using var reader = ReaderFactory.OpenReader(stream, new ReaderOptions());
                Read(inspector, reader, held.Length, judgeNames: true, way, archiveDepth);
                return;
            }

            var isEncrypted = Names(inspector, held, kind, name, way);
            if (isEncrypted)
                inspector.Scan.Report.Add(AttachmentClass.EncryptedArchives, name, way + "content", inspector.Part);
            else if (!inspector.Scan.Stopped)
                Contents(inspector, held, kind, way, archiveDepth);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            inspector.Scan.Report.Add(AttachmentClass.EncryptedArchives, name, way + "content", inspector.Part);
        }
        catch (CryptographicException)
        {
            inspector.Scan.Report.Add(AttachmentClass.EncryptedArchives, name, way + "content", inspector.Part);
        }
    }

    private static bool Names(ArchiveInspector inspector, HeldContent held, ContentKind kind, string name, string way)
    {
        using var stream = held.Open(0, held.Length);
        using var archive = Open(stream, kind);
        var isEncrypted = false;
        var declared = 0.0;
        foreach (var entry in archive.Entries)
        {
            isEncrypted |= entry.IsEncrypted;
            declared += Math.Max(0, entry.Size);
            if (entry.IsDirectory || entry.Key is not { } key)
                continue;
            if (declared > MostOf(held.Length) && FileName.Extensions(key).Exists(KnownExtensions.IsArchive))
                inspector.Scan.Report.Add(AttachmentClass.Bombs, FileName.Shown(key), way + "too large when unpacked", inspector.Part);
            if (inspector.Scan.Stopped || !inspector.TakeName(key, way))
                break;
        }

        inspector.JudgeDeclared(declared, held.Length, name, way);
        return isEncrypted;
    }

    private static void Contents(ArchiveInspector inspector, HeldContent held, ContentKind kind, string way, int archiveDepth)
    {
        using var stream = held.Open(0, held.Length);
        using var archive = Open(stream, kind);
        if (kind == ContentKind.SevenZip || archive.IsSolid)
        {
            using var reader = archive.ExtractAllEntries();
            Read(inspector, reader, held.Length, judgeNames: false, way, archiveDepth);
            return;
        }

        long passed = 0;
        foreach (var entry in archive.Entries)
        {
            if (inspector.Scan.Stopped)
                return;
            if (Takes(inspector, entry, held.Length, ref passed, way) is not { } key)
                continue;
            using var data = entry.OpenEntryStream();
            inspector.InspectStream(data, [key], held.Length, way, archiveDepth);
        }
    }

    private static void Read(ArchiveInspector inspector, IReader reader, long length, bool judgeNames, string way, int archiveDepth)
    {
        long passed = 0;
        while (!inspector.Scan.Stopped && passed <= MostOf(length) && reader.MoveToNextEntry())
        {
            if (judgeNames && reader.Entry is { IsDirectory: false, Key: { } name } && !inspector.TakeName(name, way))
                return;
            if (Takes(inspector, reader.Entry, length, ref passed, way) is not { } key)
                continue;
            using var data = reader.OpenEntryStream();
            inspector.InspectStream(data, [key], length, way, archiveDepth);
        }
    }

    /// <summary>Whether an entry is unpacked: not a folder, not encrypted, and not behind too much.</summary>
    /// <returns>Its name, or null.</returns>
    private static string? Takes(ArchiveInspector inspector, IEntry entry, long length, ref long passed, string way)
    {
        if (entry.IsDirectory || entry.Key is not { } key)
            return null;
        if (entry.IsEncrypted)
        {
            inspector.Scan.Report.Add(AttachmentClass.EncryptedArchives, FileName.Shown(key), way + "content", inspector.Part);
            return null;
        }

        // What a solid archive has before it is unpacked too.
        passed += Math.Max(0, entry.Size);
        return passed <= MostOf(length) ? key : null;
    }

    private static long MostOf(long length) => Math.Max(MostLookedAt, length * 2);

    private static SharpCompress.Archives.IArchive Open(Stream stream, ContentKind kind) =>
        kind == ContentKind.Rar ? RarArchive.OpenArchive(stream, new ReaderOptions()) : SevenZipArchive.OpenArchive(stream, new ReaderOptions());
}
