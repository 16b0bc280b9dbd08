using MimeKit;

namespace Garita.Gateway.Evidence.Content;

/// <summary>
/// MimeKit's reading of names and types, beside our own: what one of two readers misses by a mistake of its own, the other finds.
/// </summary>
internal sealed class SecondReading : MimeReader
{
    private static readonly ParserOptions Caps = new() { MaxMimeDepth = MimeLimits.Depth };

    private readonly ContentScan _scan;
    private int _part = -1;

    private SecondReading(ContentScan scan, Stream stream)
        : base(Caps, stream, MimeFormat.Entity) => _scan = scan;

    /// <summary>Reads a message; what MimeKit refuses to read is left to our own reading.</summary>
    internal static void Read(ContentScan scan, Stream stream, CancellationToken ended)
    {
        try
        {
            new SecondReading(scan, stream).ReadMessage(ended);
        }
        catch (Exception problem) when (problem is FormatException or IOException or ArgumentException or OperationCanceledException or IndexOutOfRangeException)
        {
            // It reads what is well enough formed.
        }
    }

    /// <inheritdoc/>
    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => _part++;

    /// <inheritdoc/>
    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (_scan.Stopped || header.RawValue.Length > MimeLimits.ContentField)
            return;
        if (header.Id == HeaderId.ContentType && ContentType.TryParse(Caps, header.RawValue, out var type))
        {
            if (KnownExtensions.OfType(type.MimeType.ToLowerInvariant()) is { } found)
                _scan.Report.Add(found, "", "type", Part);
            Take(type.Name);
        }
        else if (header.Id == HeaderId.ContentDisposition && ContentDisposition.TryParse(Caps, header.RawValue, out var disposition))
        {
            Take(disposition.FileName);
        }
    }

    private int Part => Math.Clamp(_part, 0, Math.Max(0, _scan.Report.PartCount - 1));

    private void Take(string? name)
    {
        if (!string.IsNullOrEmpty(name) && !_scan.Report.Parts.Any(part => part.Names.Contains(name, StringComparer.Ordinal)))
            _scan.JudgeName(name, Part, "");
    }
}
