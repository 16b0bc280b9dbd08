namespace Garita.Gateway.Evidence.Content;

/// <summary>Undoes the transfer encoding of a leaf, by one reading of it, and hands what comes out to who looks at it.</summary>
internal sealed class LeafSink
{
    private readonly ContentScan _scan;
    private readonly TransferDecoder _decoder;
    private readonly ContentSink? _content;
    private readonly MimeScanner? _inner;
    private readonly bool _isText;
    private readonly int _partsBefore;
    private readonly byte[] _buffer = new byte[8 * 1024];

    internal LeafSink(ContentScan scan, PartReadings readings, PartRecord record, TransferEncoding encoding, string way, int depth, bool holdsMessage)
    {
        _scan = scan;
        _decoder = new TransferDecoder(encoding);
        _isText = readings.IsText || holdsMessage;
        _partsBefore = scan.Report.PartCount;
        if (holdsMessage)
            _inner = depth < MimeLimits.Depth ? new MimeScanner(scan, depth + 1, way + "encoded message, ") : null;
        else
            _content = new ContentSink(scan, readings.Names, readings.Types, readings.IsAttachment, record.Number, way, depth, archiveDepth: 0);
    }

    /// <summary>Whether parts were found inside.</summary>
    internal bool FoundParts => _scan.Report.PartCount > _partsBefore + 1;

    internal void Write(ReadOnlySpan<byte> line)
    {
        while (!line.IsEmpty)
        {
            var taken = _decoder.Decode(line, _buffer, out var written);
            line = line[taken..];
            Pass(_buffer.AsSpan(0, written));
        }
    }

    internal void Complete()
    {
        Pass(_buffer.AsSpan(0, _decoder.Finish(_buffer)));
        // Text that goes on in clear behind its base64 is a footer of a list; what it is must show at its start.
        if (_decoder.IsDoubtful && (!_isText || _content?.LooksBinary == true))
            _scan.Note(MimeAmbiguity.Base64);
        _content?.Complete();
        _inner?.Complete();
    }

    private void Pass(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
            return;
        _content?.Write(octets);
        _inner?.Feed(octets);
    }
}
