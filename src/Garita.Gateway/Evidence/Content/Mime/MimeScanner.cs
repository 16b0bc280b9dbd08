using System.Runtime.InteropServices;
using System.Text;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// Reads the structure of a message as it comes by, in one pass and bounded memory, and hands every leaf to those who look into it. It settles for no tree:
/// each line is compared with all boundaries that are open, in all readings of them, and what only some readers take for a part is read as one
/// too, and noted as ambiguous. MimeKit's reader was tried for it: it commits itself to one reading of type and boundary before the body is
/// seen, which is what evasions live on; it serves as the second opinion (<see cref="SecondReading"/>).
/// </summary>
internal sealed class MimeScanner
{
    private readonly ContentScan _scan;
    private readonly int _depth;
    private readonly string _way;
    private readonly bool _isOwnStructure;
    private readonly List<OpenEntity> _open = [];
    private readonly List<byte> _line = [];
    private readonly List<byte> _header = [];
    private readonly List<byte> _late = [];

    private bool _inHeader = true;
    private bool _lineGoesOn;
    private bool _loosePending;
    private int _looseEntity;
    private bool _hasLate;
    private int _lateStart;
    private OpenEntity? _restart;
    private bool _blankInHeader;
    private bool _defaultIsMessage;
    private long _at;
    private long _headerAt;
    private PartRecord? _record;
    private readonly List<LeafSink> _leaves = [];
    private readonly List<(OpenEntity Entity, LeafSink Sink)> _encoded = [];

    /// <summary>Begins with a header.</summary>
    /// <param name="scan">What all of one message share.</param>
    /// <param name="depth">How deep it lies in encoded parts.</param>
    /// <param name="way">The way to it, for findings; empty for the message itself.</param>
    internal MimeScanner(ContentScan scan, int depth, string way)
    {
        _scan = scan;
        _depth = depth;
        _way = way;
        _isOwnStructure = way.Length == 0;
    }

    /// <summary>Octets before the message that are passed over.</summary>
    internal int Skip { get; set; }

    /// <summary>Takes the next octets.</summary>
    internal void Feed(ReadOnlySpan<byte> octets)
    {
        if (Skip > 0)
        {
            var skipped = Math.Min(Skip, octets.Length);
            Skip -= skipped;
            octets = octets[skipped..];
        }

        while (!octets.IsEmpty && !_scan.Stopped)
        {
            var feed = octets.IndexOf((byte)'\n');
            var piece = feed < 0 ? octets : octets[..(feed + 1)];
            octets = octets[piece.Length..];
            if (_line.Count == 0 && feed >= 0)
            {
                TakeLine(piece);
            }
            else
            {
                _line.AddRange(piece);
                if (feed >= 0 || _line.Count >= MimeLimits.Line)
                    TakeHeldLine();
            }
        }
    }

    /// <summary>The end of the message.</summary>
    internal void Complete()
    {
        if (_line.Count > 0 && !_scan.Stopped)
            TakeHeldLine();
        if (_inHeader && !_scan.Stopped)
            EndHeader();
        CloseLeaf();
        CloseDownTo(0);
    }

    private void TakeHeldLine()
    {
        var line = _line.ToArray();
        _line.Clear();
        TakeLine(line);
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        var encoded = _encoded.Count;
        TakeOneLine(line);
        // All of the body of what is still open, headers inside it and delimiters too: decoded, they are something else.
        encoded = Math.Min(encoded, _encoded.Count);
        for (var i = 0; i < encoded; i++)
            _encoded[i].Sink.Write(line);
    }

    private void TakeOneLine(ReadOnlySpan<byte> line)
    {
        var isStart = !_lineGoesOn;
        _lineGoesOn = line[^1] != '\n';
        if (isStart)
        {
            if (line.Length > 2 && line[0] == '-' && line[1] == '-' && TakeDelimiter(line))
            {
                _at += line.Length;
                return;
            }

            if (_loosePending && line.Length > 8 && !(line[0] == '-' && line[1] == '-'))
                TakeLoose(line);
        }

        if (_inHeader)
            TakeHeaderLine(line, isStart);
        else
            TakeBody(line, isStart);
        _at += line.Length;
    }

    private bool TakeDelimiter(ReadOnlySpan<byte> line)
    {
        if (_open.Count == 0)
            return false;
        var found = Delimiter.Find(line, _open);
        switch (found.Kind)
        {
            case DelimiterKind.Loose:
                _loosePending = true;
                _looseEntity = found.Entity;
                return false;
            case DelimiterKind.Part or DelimiterKind.End:
                if (_inHeader)
                    EndHeader();
                CloseLeaf();
                // What the header that just ended opened has no say in this line.
                CloseDownTo(found.Entity + 1);
                var entity = _open[found.Entity];
                if (!entity.Use(found.Boundary))
                    _scan.Note(MimeAmbiguity.TwoBoundaries);
                if (found.Clashes)
                    _scan.Note(MimeAmbiguity.BoundaryClash);
                _loosePending = false;
                if (found.Kind == DelimiterKind.Part)
                    BeginPart(entity, _at + line.Length);
                else
                    entity.IsClosed = true;
                return true;
            default:
                return false;
        }
    }

    /// <summary>The line behind a loose delimiter: where it is a field of a part's header, a part begins for some.</summary>
    private void TakeLoose(ReadOnlySpan<byte> line)
    {
        _loosePending = false;
        if (!IsContentField(line))
            return;
        _scan.Note(MimeAmbiguity.LooseBoundary);
        if (_inHeader)
            EndHeader();
        CloseLeaf();
        if (_looseEntity < _open.Count)
        {
            CloseDownTo(_looseEntity + 1);
            BeginPart(_open[_looseEntity], _at);
        }
    }

    private void BeginPart(OpenEntity entity, long headerAt)
    {
        CloseLeaf();
        _inHeader = true;
        _headerAt = headerAt;
        _header.Clear();
        _blankInHeader = false;
        _defaultIsMessage = entity.IsDigest;
    }

    private void TakeHeaderLine(ReadOnlySpan<byte> line, bool isStart)
    {
        if (isStart && (line[0] == '\n' || line is [(byte)'\r', (byte)'\n']))
        {
            _at += line.Length;
            EndHeader();
            _at -= line.Length;
            return;
        }

        var isMore = !isStart || (line[0] is (byte)' ' or (byte)'\t' && _header.Count > 0);
        if (isMore && isStart && line.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            _blankInHeader = true;
        if (!isMore && !IsField(line))
        {
            // An mbox line, quoted or not, stands before many forwarded messages.
            var mbox = line[0] == '>' ? line[1..] : line;
            if (_header.Count == 0 && mbox.StartsWith("From "u8))
                return;
            byte[] header = [.. _header];
            var encoded = _encoded.Count;
            EndHeader();
            // Of a message inside, the header would begin with that line; for those who read on, it begins behind the empty line.
            _restart = _inHeader ? _open[^1] : null;
            if (_inHeader)
                EndHeader();
            for (; encoded < _encoded.Count; encoded++)
                _encoded[encoded].Sink.Write(line);
            if (!_inHeader)
            {
                _hasLate = true;
                _late.AddRange(header);
                _lateStart = header.Length;
                TakeBody(line, isStart);
            }

            return;
        }

        if (_blankInHeader && !isMore && IsContentField(line))
            _scan.Note(MimeAmbiguity.BrokenPartHeader);
        if (_header.Count + line.Length > MimeLimits.PartHeader || !_scan.TryTakeHeader(line.Length))
            _scan.Note(MimeAmbiguity.LargePartHeader);
        else
            _header.AddRange(line);
    }

    private void EndHeader()
    {
        _inHeader = false;
        _hasLate = false;
        _late.Clear();
        var readings = PartReadings.Read(CollectionsMarshal.AsSpan(_header));
        _header.Clear();
        _blankInHeader = false;
        var depth = _depth + _open.Count;
        if (_defaultIsMessage && readings.Types.Count == 0)
            readings.Types.Add("message/rfc822");
        _defaultIsMessage = false;
        if (!_scan.TryAddPart(readings, depth, _way, out var record))
            return;
        _record = record;
        if (_isOwnStructure)
        {
            record.HeaderAt = _headerAt;
            record.BodyAt = _at;
        }

        var mayHold = depth < MimeLimits.Depth;
        if (!mayHold && (readings.IsMultipart || readings.IsMessage))
            _scan.Note(MimeAmbiguity.TooDeep);
        var isReported = _open.Count > 0 && (_open[^1].IsReported || _open[^1].Record.Types.Contains("multipart/report", StringComparer.Ordinal));
        if (readings.IsMultipart && mayHold)
        {
            record.IsContainer = true;
            var entity = new OpenEntity(record, readings.Boundaries, isMultipart: true, isReported, readings.Types.Contains("multipart/digest", StringComparer.Ordinal));
            _open.Add(entity);
            if (readings.Encodings.Contains(TransferEncoding.Base64))
                _encoded.Add((entity, new LeafSink(_scan, readings, record, TransferEncoding.Base64, _way, depth, holdsMessage: true)));
            return;
        }

        if (readings.IsMessage && mayHold)
        {
            record.IsContainer = true;
            var entity = new OpenEntity(record, [], isMultipart: false, isReported, isDigest: false);
            _open.Add(entity);
            foreach (var encoding in readings.Encodings)
            {
                if (encoding != TransferEncoding.Identity)
                    _encoded.Add((entity, new LeafSink(_scan, readings, record, encoding, _way, depth, holdsMessage: true)));
            }

            // A message of an unknown kind is to some a file like others.
            foreach (var encoding in readings.IsKnownMessage ? [] : readings.Encodings)
                _encoded.Add((entity, new LeafSink(_scan, readings, record, encoding, _way, depth, holdsMessage: false)));

            _inHeader = true;
            _headerAt = _at;
            return;
        }

        AddLeaves(readings, record);
    }

    private void TakeBody(ReadOnlySpan<byte> line, bool isStart)
    {
        foreach (var leaf in _leaves)
            leaf.Write(line);
        if (_leaves.Count == 0 && _open.Count > 0 && line.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
            _open[^1].HasText = true;
        // Last: who reads on begins behind this line.
        if (_hasLate && isStart)
            TakeLate(line);
    }

    /// <summary>Behind a line that is no field the header goes on for some readers, until the empty line; there the body begins for them.</summary>
    private void TakeLate(ReadOnlySpan<byte> line)
    {
        var isEnd = line[0] == '\n' || line is [(byte)'\r', (byte)'\n'];
        if (!isEnd)
        {
            if ((IsContentField(line) || (_late.Count > _lateStart && line[0] is (byte)' ' or (byte)'\t')) && _late.Count + line.Length <= MimeLimits.PartHeader)
                _late.AddRange(line);
            return;
        }

        var restart = _restart;
        EndLate();
        if (restart is null || _open.Count == 0 || !ReferenceEquals(_open[^1], restart))
            return;
        _scan.Note(MimeAmbiguity.BrokenPartHeader);
        BeginPart(restart, _at + line.Length);
    }

    private void EndLate()
    {
        if (!_hasLate)
            return;
        _hasLate = false;
        var readings = PartReadings.Read(CollectionsMarshal.AsSpan(_late));
        if (_late.Count > _lateStart)
        {
            _scan.Note(MimeAmbiguity.BrokenPartHeader);
            _scan.AddReadings(readings, _record!, _way);
        }

        if (_leaves.Count > 0 && _restart is null)
            AddLeaves(readings, _record!);
        _restart = null;
        _late.Clear();
    }

    private void AddLeaves(PartReadings readings, PartRecord record)
    {
        foreach (var encoding in readings.Encodings)
            _leaves.Add(new LeafSink(_scan, readings, record, encoding, _way, record.Depth, holdsMessage: false));
    }

    private void CloseLeaf()
    {
        EndLate();
        foreach (var leaf in _leaves)
            leaf.Complete();
        _leaves.Clear();
        if (_isOwnStructure && _record is { BodyEnd: < 0 } record)
            record.BodyEnd = _at;
    }

    private void CloseDownTo(int count)
    {
        while (_open.Count > count)
        {
            var entity = _open[^1];
            _open.RemoveAt(_open.Count - 1);
            if (_isOwnStructure)
                entity.Record.BodyEnd = _at;
            if (entity is { IsMultipart: true, HasParts: false, HasText: true, IsReported: false })
                _scan.Note(MimeAmbiguity.NoBoundary);
            for (var i = _encoded.Count - 1; i >= 0; i--)
            {
                var (owner, sink) = _encoded[i];
                if (!ReferenceEquals(owner, entity))
                    continue;
                sink.Complete();
                if (entity.IsMultipart && sink.FoundParts)
                    _scan.Note(MimeAmbiguity.EncodedMultipart);
                _encoded.RemoveAt(i);
            }
        }
    }

    private static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
            return false;
        var name = line[..colon].TrimEnd(" \t"u8);
        return !name.IsEmpty && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');
    }

    private static bool IsContentField(ReadOnlySpan<byte> line)
    {
        var text = line.TrimStart((byte)' ');
        return text.Length > 8 && Ascii.EqualsIgnoreCase(text[..8], "Content-"u8) && text.Contains((byte)':');
    }
}
