namespace Garita.Gateway.Evidence.Content;

/// <summary>What a line means to the multiparts that are open.</summary>
internal enum DelimiterKind : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A part begins (RFC 2046 §5.1.1).</summary>
    Part,
    /// <summary>The multipart ends.</summary>
    End,
    /// <summary>Lenient readers take it for one of these; others do not.</summary>
    Loose,
}

/// <summary>Compares a line with every boundary that is open.</summary>
internal readonly record struct Delimiter(DelimiterKind Kind, int Entity, int Boundary, bool Clashes)
{
    /// <summary>Finds what a line means.</summary>
    /// <param name="line">A line that begins with "--", without its line end.</param>
    /// <param name="open">What is open, outermost first.</param>
    internal static Delimiter Find(ReadOnlySpan<byte> line, List<OpenEntity> open)
    {
        // RFC 2046 §5.1.1: transport may have added white space.
        var text = line[2..].TrimEnd(" \t\r\n"u8);
        var best = new Delimiter(DelimiterKind.None, -1, 0, false);
        var bestLength = -1;
        var loose = -1;
        for (var entity = open.Count - 1; entity >= 0; entity--)
        {
            var boundaries = open[entity].Boundaries;
            for (var i = 0; i < boundaries.Count; i++)
            {
                var boundary = boundaries[i];
                if (!text.StartsWith(boundary))
                    continue;
                var rest = text[boundary.Length..];
                var kind = rest.IsEmpty ? DelimiterKind.Part : rest.SequenceEqual("--"u8) ? DelimiterKind.End : DelimiterKind.Loose;
                if (kind == DelimiterKind.Loose || open[entity].IsClosed)
                {
                    loose = Math.Max(loose, entity);
                    continue;
                }

                if (best.Kind != DelimiterKind.None && best.Kind != kind)
                    best = best with { Clashes = true };
                if (boundary.Length <= bestLength)
                    continue;
                best = new Delimiter(kind, entity, i, best.Clashes);
                bestLength = boundary.Length;
            }
        }

        if (best.Kind != DelimiterKind.None)
            return best;
        if (loose >= 0)
            return new Delimiter(DelimiterKind.Loose, loose, 0, false);
        // Where no delimiter was seen yet, or none can be: readers that guess take the first line that looks like one.
        return open.Count > 0 && open[^1] is { IsMultipart: true, HasParts: false } ? new Delimiter(DelimiterKind.Loose, open.Count - 1, 0, false) : best;
    }
}
