namespace Garita.Gateway.Evidence.Content;

/// <summary>A multipart, or a message inside one, that has not ended yet.</summary>
internal sealed class OpenEntity(PartRecord record, List<byte[]> boundaries, bool isMultipart, bool isReported, bool isDigest)
{
    private int _used;

    internal PartRecord Record { get; } = record;

    /// <summary>Every reading of its boundary; none for a message.</summary>
    internal List<byte[]> Boundaries { get; } = boundaries;

    internal bool IsMultipart { get; } = isMultipart;

    /// <summary>Whether it is a message inside a report: those are cut off where it pleases the reporter.</summary>
    internal bool IsReported { get; } = isReported;

    /// <summary>RFC 2046 §5.1.5: its parts are messages unless they say otherwise.</summary>
    internal bool IsDigest { get; } = isDigest;

    /// <summary>Whether its end was delimited.</summary>
    internal bool IsClosed { get; set; }

    internal bool HasParts => _used != 0;

    internal bool HasText { get; set; }

    /// <summary>Notes which reading of the boundary occurred.</summary>
    /// <returns>False when another occurred before.</returns>
    internal bool Use(int boundary)
    {
        var bit = 1 << Math.Min(boundary, 30);
        _used |= bit;
        return _used == bit;
    }
}
