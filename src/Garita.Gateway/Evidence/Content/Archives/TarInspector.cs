using System.Formats.Tar;

namespace Garita.Gateway.Evidence.Content;

/// <summary>Files of a tar archive (POSIX.1 pax, ustar, GNU).</summary>
internal static class TarInspector
{
    internal static void Inspect(ArchiveInspector inspector, Stream stream, string name, string way, int archiveDepth)
    {
        using (stream)
        {
            using var tar = new TarReader(stream, leaveOpen: true);
            while (!inspector.Scan.Stopped && tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType == TarEntryType.Directory)
                    continue;
                if (!inspector.TakeName(entry.Name, way))
                    return;
                // Nothing is packed here: what comes out is no more than what went in.
                if (entry.DataStream is { } data)
                    inspector.InspectStream(data, [entry.Name], entry.Length, way, archiveDepth);
            }
        }
    }
}
