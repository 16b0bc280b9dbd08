using System.Buffers.Binary;
using System.IO.Compression;
using SharpCompress.Compressors.Deflate64;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Reads a zip archive as all of those do that open one: those that begin at the directory, and those that begin at the first entry. So every
/// header is looked for, wherever it stands (APPNOTE 4.3); where directory and entries name different files, it is ambiguous.
/// </summary>
internal sealed class ZipInspector
{
    private const int LocalHeader = 30;
    private const int CentralHeader = 46;
    private const int MostName = 4096;

    private readonly ArchiveInspector _inspector;
    private readonly HeldContent _held;
    private readonly string _way;
    private readonly List<Entry> _entries = [];
    private readonly HashSet<string> _local = new(StringComparer.Ordinal);
    private readonly HashSet<string> _central = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _sizes = new(StringComparer.Ordinal);
    private double _declared;
    private bool _isEncrypted;
    private bool _isMasked;
    private bool _isFull;

    private ZipInspector(ArchiveInspector inspector, HeldContent held, string way)
    {
        _inspector = inspector;
        _held = held;
        _way = way;
    }

    /// <summary>Looks for entries in a file.</summary>
    /// <param name="inspector">Who looks at what is inside.</param>
    /// <param name="held">The file.</param>
    /// <param name="isZip">Whether it begins like a zip; otherwise it need not be one.</param>
    /// <param name="name">Its name, for findings.</param>
    /// <param name="way">The way into it.</param>
    /// <param name="archiveDepth">Archives around it.</param>
    internal static void Inspect(ArchiveInspector inspector, HeldContent held, bool isZip, string name, string way, int archiveDepth)
    {
        var zip = new ZipInspector(inspector, held, way);
        zip.Sweep();
        zip.Judge(isZip, name, archiveDepth);
    }

    private void Sweep()
    {
        var buffer = new byte[64 * 1024];
        long at = 0;
        int count;
        while (!_isFull && !_inspector.Scan.Stopped && (count = _held.ReadAt(at, buffer)) > 3)
        {
            var piece = buffer.AsSpan(0, count);
            for (var from = 0; !_isFull && piece[from..].IndexOf("PK"u8) is >= 0 and var found; from += found + 2)
            {
                var here = piece[(from + found)..];
                if (here.Length < 4)
                    break;
                if (here[2] == 3 && here[3] == 4)
                    TakeLocal(at + from + found);
                else if (here[2] == 1 && here[3] == 2)
                    TakeCentral(at + from + found);
            }

            at += count < buffer.Length ? count : count - 3;
        }
    }

    // APPNOTE 4.3.7
    private void TakeLocal(long at)
    {
        Span<byte> header = stackalloc byte[LocalHeader];
        if (_held.ReadAt(at, header) < LocalHeader)
            return;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        // Four octets of compressed data may look like a signature; a version and a method hardly do.
        if (nameLength is 0 or > MostName || BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) > 0x0FFF || method > 99)
            return;
        var name = ReadName(at + LocalHeader, nameLength, extraLength);
        if (name is null)
            return;
        _isEncrypted |= (flags & 1) != 0;
        // APPNOTE 4.4.4, bit 13: names are masked where the directory is encrypted.
        _isMasked |= (flags & 0x2000) != 0;
        _local.Add(name);
        if (name.EndsWith('/'))
            return;
        if (!_inspector.TakeName(name, _way))
            _isFull = true;
        if ((flags & 1) == 0)
            _entries.Add(new Entry(name, at + LocalHeader + nameLength + extraLength, BinaryPrimitives.ReadUInt32LittleEndian(header[18..]), method, (flags & 8) != 0));
    }

    // APPNOTE 4.3.12
    private void TakeCentral(long at)
    {
        Span<byte> header = stackalloc byte[CentralHeader];
        if (_held.ReadAt(at, header) < CentralHeader)
            return;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        if (nameLength is 0 or > MostName || BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) > 99)
            return;
        var name = ReadName(at + CentralHeader, nameLength, extraLength);
        if (name is null)
            return;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        _isEncrypted |= (flags & 1) != 0;
        _central.Add(name);
        _declared += BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        _sizes[name] = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        if (!_local.Contains(name) && !_inspector.TakeName(name, _way))
            _isFull = true;
    }

    private string? ReadName(long at, int length, int extraLength)
    {
        Span<byte> octets = stackalloc byte[MostName];
        octets = octets[..length];
        if (_held.ReadAt(at, octets) < length)
            return null;
        if (extraLength > 9)
            TakeUnicodeName(at + length, extraLength);
        return CharsetText.OfHeader(octets).Replace('\\', '/');
    }

    // APPNOTE 4.6.9: a second name, which some readers prefer.
    private void TakeUnicodeName(long at, int length)
    {
        var extra = new byte[length];
        var rest = extra.AsSpan(0, _held.ReadAt(at, extra));
        while (rest.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (size > rest.Length - 4)
                return;
            if (BinaryPrimitives.ReadUInt16LittleEndian(rest) == 0x7075 && size > 5)
                _inspector.Scan.JudgeName(CharsetText.OfHeader(rest.Slice(9, size - 5)), _inspector.Part, _way);
            rest = rest[(4 + size)..];
        }
    }

    private void Judge(bool isZip, string name, int archiveDepth)
    {
        var report = _inspector.Scan.Report;
        if (_local.Count == 0 && _central.Count == 0)
        {
            if (isZip && _held.Length > 22)
                report.Add(AttachmentClass.UnreadableArchives, name, _way + "content", _inspector.Part);
            return;
        }

        _inspector.JudgeDeclared(_declared, _held.Length, name, _way);
        if (_isEncrypted)
            report.Add(AttachmentClass.EncryptedArchives, name, _way + "content", _inspector.Part);
        if (!_isMasked && !_isFull && _central.Count > 0 && !_local.SetEquals(_central))
            _inspector.Scan.Note(MimeAmbiguity.ArchiveNames);
        if (_local.Any(IsMacro) || _central.Any(IsMacro))
            report.Add(AttachmentClass.Macros, name, _way + "content", _inspector.Part);
        foreach (var entry in _entries)
        {
            if (_inspector.Scan.Stopped)
                return;
            InspectEntry(entry, archiveDepth);
        }
    }

    private void InspectEntry(Entry entry, int archiveDepth)
    {
        // APPNOTE 4.4.4, bit 3: the size comes behind the data; whatever follows it is not read by the decoder.
        var packed = entry.IsSizeBehind || entry.Packed is 0 or uint.MaxValue ? _sizes.GetValueOrDefault(entry.Name) : entry.Packed;
        var length = packed is 0 or uint.MaxValue ? _held.Length - entry.DataAt : packed;
        if (length <= 0)
            return;
        var raw = _held.Open(entry.DataAt, length);
        Func<Stream>? open = entry.Method switch
        {
            0 => () => raw,
            8 => () => new DeflateStream(raw, CompressionMode.Decompress),
            9 => () => new Deflate64Stream(raw, SharpCompress.Compressors.CompressionMode.Decompress),
            12 => () => SharpCompress.Compressors.BZip2.BZip2Stream.Create(raw, SharpCompress.Compressors.CompressionMode.Decompress, false, false, false),
            95 => () => new SharpCompress.Compressors.Xz.XZStream(raw),
            _ => null,
        };
        if (open is null)
        {
            _inspector.Scan.Report.Add(AttachmentClass.UnreadableArchives, FileName.Shown(entry.Name), _way + "content", _inspector.Part);
            return;
        }

        if (string.Equals(entry.Name, "[Content_Types].xml", StringComparison.OrdinalIgnoreCase))
            LookForMacroTypes(open);
        else
            _inspector.InspectStream(open(), [entry.Name], Math.Min(length, _held.Length), _way, archiveDepth);
    }

    /// <summary>ECMA-376 part 2 §10.1.2: the types of an Office document's parts, whatever the parts are called.</summary>
    private void LookForMacroTypes(Func<Stream> open)
    {
        try
        {
            using var stream = open();
            var buffer = new byte[64 * 1024];
            var count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var text = System.Text.Encoding.Latin1.GetString(buffer, 0, count);
            if (text.Contains("vbaProject", StringComparison.OrdinalIgnoreCase) || text.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase))
                _inspector.Scan.Report.Add(AttachmentClass.Macros, "", _way + "content", _inspector.Part);
        }
        catch (Exception problem) when (ArchiveInspector.IsDamage(problem))
        {
            _inspector.Scan.Report.Add(AttachmentClass.UnreadableArchives, "", _way + "damaged", _inspector.Part);
        }
    }

    private static bool IsMacro(string name) =>
        name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Basic/script-l", StringComparison.Ordinal) || name.StartsWith("xl/macrosheets/", StringComparison.OrdinalIgnoreCase);

    private sealed record Entry(string Name, long DataAt, uint Packed, ushort Method, bool IsSizeBehind);
}
