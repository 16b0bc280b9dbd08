using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Looks through an OLE compound file ([MS-CFB]): old Office documents, MSI packages, Outlook items. Its directory is not followed, since a
/// damaged one still opens in Office: what is looked for has names and marks that stand nowhere else.
/// </summary>
internal static class OleSweep
{
    private const int Overlap = 128;

    private static readonly (byte[] Mark, AttachmentClass Class)[] Marks =
    [
        // [MS-OVBA] §2.2.1: the storage's stream of that name.
        (Encoding.Unicode.GetBytes("_VBA_PROJECT"), AttachmentClass.Macros),
        // The class of an MSI package, a patch and a transform: {000C1084-0000-0000-C000-000000000046}, 1086, 1082.
        ([0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46], AttachmentClass.Executables),
        ([0x86, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46], AttachmentClass.Executables),
        ([0x82, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46], AttachmentClass.Executables),
        // A program inside, as an object or an attachment of an Outlook item.
        (Encoding.ASCII.GetBytes("This program cannot be run in DOS mode"), AttachmentClass.Executables),
        // [MS-OFFCRYPTO] §2.3.4.4
        (Encoding.Unicode.GetBytes("EncryptedPackage"), AttachmentClass.EncryptedArchives),
    ];

    internal static void Inspect(ArchiveInspector inspector, HeldContent held, string name, string way)
    {
        var seen = new HashSet<AttachmentClass>();
        var buffer = new byte[64 * 1024];
        long at = 0;
        int count;
        while (!inspector.Scan.Stopped && (count = held.ReadAt(at, buffer)) > 0)
        {
            foreach (var (mark, found) in Marks)
            {
                if (!seen.Contains(found) && buffer.AsSpan(0, count).IndexOf(mark) >= 0 && seen.Add(found))
                    inspector.Scan.Report.Add(found, name, way + "content", inspector.Part);
            }

            at += count < buffer.Length ? count : count - Overlap;
        }
    }
}
