using System.Buffers;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Looks at the content of one file as it comes by, decoded: what it is by its first octets, what text it holds, and, where there is more inside,
/// the whole of it.
/// </summary>
internal sealed class ContentSink
{
    private readonly ContentScan _scan;
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<string> _types;
    private readonly bool _isAttachment;
    private readonly int _part;
    private readonly string _way;
    private readonly int _depth;
    private readonly int _archiveDepth;

    private byte[]? _head = ArrayPool<byte>.Shared.Rent(Magic.HeadOctets);
    private int _headLength;
    private bool _isDecided;
    private HeldContent? _held;
    private MimeScanner? _message;
    private HtmlWatch? _html;
    private UuWatch? _uu;

    internal ContentSink(ContentScan scan, IReadOnlyList<string> names, IReadOnlyList<string> types, bool isAttachment, int part, string way, int depth, int archiveDepth)
    {
        _scan = scan;
        _names = names;
        _types = types;
        _isAttachment = isAttachment;
        _part = part;
        _way = way;
        _depth = depth;
        _archiveDepth = archiveDepth;
    }

    /// <summary>Whether what came first is no text.</summary>
    internal bool LooksBinary => _head is { } head && (head.AsSpan(0, Math.Min(_headLength, 256)) is var start) && (start.StartsWith("MZ"u8) || start.ContainsAnyInRange((byte)0, (byte)8) || start.ContainsAnyInRange((byte)14, (byte)31));

    internal void Write(ReadOnlySpan<byte> octets)
    {
        if (_head is null || _scan.Stopped)
            return;
        var count = Math.Min(octets.Length, Magic.HeadOctets - _headLength);
        octets[..count].CopyTo(_head.AsSpan(_headLength));
        _headLength += count;
        if (_isDecided)
        {
            Pass(octets);
        }
        else if (_headLength >= Magic.EarlyOctets)
        {
            Decide();
            Pass(_head.AsSpan(0, _headLength));
            Pass(octets[count..]);
        }
    }

    internal void Complete()
    {
        if (_head is not { } rented)
            return;
        if (!_isDecided)
        {
            Decide();
            Pass(rented.AsSpan(0, _headLength));
        }

        var head = rented.AsSpan(0, _headLength);
        var kind = Magic.Of(head);
        // Text that somebody pasted into a message is no file.
        if (Magic.ClassOf(kind) is { } found && (kind != ContentKind.Script || _isAttachment || _names.Count > 0))
            _scan.Report.Add(found, Shown, _way + "content", _part);
        _uu?.Complete();
        _message?.Complete();
        if (_html?.Verdict is { } verdict)
            _scan.Report.Add(verdict, Shown, _way + "content", _part);
        ArrayPool<byte>.Shared.Return(rented);
        _head = null;
        if (_held is not { } held)
            return;
        using (held)
        {
            held.Seal();
            if (!_scan.Stopped)
                new ArchiveInspector(_scan, _part, _depth).Inspect(held, kind, _names, _way, _archiveDepth);
        }
    }

    private string Shown => _names.Count > 0 ? FileName.Shown(_names[0]) : "";

    private void Decide()
    {
        _isDecided = true;
        var head = _head.AsSpan(0, _headLength);
        var kind = Magic.Of(head);
        var isText = Magic.IsText(head);
        if (Magic.HoldsMore(kind) || HasExtension(KnownExtensions.IsArchive))
            _held = _scan.Hold();
        if (isText)
            _uu = new UuWatch(_scan, _part, _way, _depth);
        if (isText && _depth < MimeLimits.Depth && HasExtension(KnownExtensions.IsMessage))
            _message = new MimeScanner(_scan, _depth + 1, _way + "message in a file, ");
        else if (Signed(head) is >= 0 and var at && _depth < MimeLimits.Depth)
            _message = new MimeScanner(_scan, _depth + 1, _way + "signed message, ") { Skip = at };
        if (_types.Any(static type => type.Contains("html", StringComparison.Ordinal) || type.Contains("svg", StringComparison.Ordinal)) || Magic.IsHtml(head))
            _html = new HtmlWatch();
    }

    /// <summary>Where the message inside an opaque signature begins (RFC 8551 §3.5.2); -1 for none.</summary>
    private int Signed(ReadOnlySpan<byte> head)
    {
        if (!_types.Any(static type => type.EndsWith("pkcs7-mime", StringComparison.Ordinal)) && !HasExtension(static extension => extension is "p7m"))
            return -1;
        return head.IndexOf("Content-Type:"u8);
    }

    private bool HasExtension(Func<string, bool> isOne) => _names.Any(name => FileName.Extensions(name).Exists(extension => isOne(extension)));

    private void Pass(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        if (_held is { } held && !held.Write(octets))
        {
            held.Dispose();
            _held = null;
        }

        _message?.Feed(octets);
        _html?.Write(octets);
        _uu?.Write(octets);
    }
}
