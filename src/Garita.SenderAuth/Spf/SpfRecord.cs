namespace Garita.SenderAuth.Spf;

/// <summary>An SPF record (RFC 7208 §4.6).</summary>
internal sealed class SpfRecord
{
    private const string Version = "v=spf1";

    private SpfRecord(IReadOnlyList<SpfDirective> directives, MacroString? redirect, MacroString? explanation) =>
        (Directives, Redirect, Explanation) = (directives, redirect, explanation);

    /// <summary>The directives in their order.</summary>
    internal IReadOnlyList<SpfDirective> Directives { get; }

    /// <summary>Where to go on when none matches (§6.1); null for none.</summary>
    internal MacroString? Redirect { get; }

    /// <summary>Where the explanation stands (§6.2); null for none.</summary>
    internal MacroString? Explanation { get; }

    /// <summary>Whether a TXT record is an SPF record: the version, and a space or the end behind it (RFC 7208 §4.5).</summary>
    internal static bool IsSpf(ReadOnlySpan<char> text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Parses a record, all of it before anything is evaluated (RFC 7208 §4.6); null for one with an error anywhere.</summary>
    /// <param name="text">A record for which <see cref="IsSpf"/> holds.</param>
    /// <param name="problem">What is wrong, in our own words.</param>
    internal static SpfRecord? Parse(string text, out string? problem)
    {
        problem = null;
        if (text.Length > SpfLimits.RecordLength)
        {
            problem = "record too long";
            return null;
        }

        var directives = new List<SpfDirective>();
        MacroString? redirect = null, explanation = null;
        var terms = text.AsSpan(Version.Length);
        foreach (var range in terms.Split(' '))
        {
            var term = terms[range];
            if (term.IsEmpty)
                continue;
            if (!TryModifier(term, out var name, out var value))
            {
                if (TermReader.ReadDirective(term) is not { } directive)
                {
                    problem = "a term is no mechanism";
                    return null;
                }

                directives.Add(directive);
                continue;
            }

            // RFC 7208 §6: at most once each; a known name with a bad value is no unknown modifier.
            var isRedirect = name.Equals("redirect", StringComparison.OrdinalIgnoreCase);
            var isKnown = isRedirect || name.Equals("exp", StringComparison.OrdinalIgnoreCase);
            var read = isKnown ? MacroReader.ReadDomain(value) : MacroReader.ReadText(value);
            if (read is null || (isKnown && (isRedirect ? redirect : explanation) is not null))
            {
                problem = read is null ? "the value of a modifier breaks the grammar" : "a modifier stands twice";
                return null;
            }

            if (isRedirect)
                redirect = read;
            else if (isKnown)
                explanation = read;
        }

        return new SpfRecord(directives, redirect, explanation);
    }

    // name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ), and "=" right behind it.
    private static bool TryModifier(ReadOnlySpan<char> term, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        name = value = default;
        var length = TermReader.NameLength(term);
        if (length == 0 || length == term.Length || term[length] != '=')
            return false;
        name = term[..length];
        value = term[(length + 1)..];
        return true;
    }
}
