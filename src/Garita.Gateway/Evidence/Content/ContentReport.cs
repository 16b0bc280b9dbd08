namespace Garita.Gateway.Evidence.Content;

/// <summary>Something of a class that a policy names.</summary>
/// <param name="Class">The class.</param>
/// <param name="Name">The name that was read, at most 200 characters; empty for none. Text from outside.</param>
/// <param name="Reading">How it was recognised, in our words: <c>name</c>, <c>type</c>, <c>content</c>, with the way into archives before it.</param>
/// <param name="Part">The number of the part, from 0, which is the message itself.</param>
public sealed record ContentFinding(AttachmentClass Class, string Name, string Reading, int Part);

/// <summary>A part as the message's own structure has it: what a rebuilt message needs to know.</summary>
public sealed class PartRecord
{
    private readonly List<string> _names = [];
    private readonly List<string> _types = [];

    /// <summary>Its number, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>How deep it lies: 0 for the message itself.</summary>
    public required int Depth { get; init; }

    /// <summary>Every reading of its name; text from outside, at most 64.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Every reading of its type, lower case.</summary>
    public IReadOnlyList<string> Types => _types;

    /// <summary>Where its header begins in the message as it is relayed (<see cref="Message.LetterStream"/>), octets; -1 for a part inside an encoded one.</summary>
    public long HeaderAt { get; internal set; } = -1;

    /// <summary>Where its body begins, likewise.</summary>
    public long BodyAt { get; internal set; } = -1;

    /// <summary>Where its body ends, the line end before the delimiter with it.</summary>
    public long BodyEnd { get; internal set; } = -1;

    /// <summary>Whether it is one of those that have parts inside.</summary>
    public bool IsContainer { get; internal set; }

    internal bool AddName(string name)
    {
        if (_names.Contains(name, StringComparer.Ordinal))
            return true;
        if (_names.Count >= MimeLimits.Names)
            return false;
        _names.Add(name);
        return true;
    }

    internal void AddType(string type)
    {
        if (_types.Count < MimeLimits.Names && !_types.Contains(type, StringComparer.Ordinal))
            _types.Add(type);
    }
}

/// <summary>What a message's content is, by every reading that was tried. Facts alone; bodies are not in it.</summary>
public sealed class ContentReport
{
    private const int MostFindings = 100;
    private readonly List<ContentFinding> _findings = [];
    private readonly Dictionary<(AttachmentClass, int), int> _seen = [];
    private readonly List<PartRecord> _parts = [];

    /// <summary>What a policy may object to, in the order found: the first of every class and part always, repeats up to 100 in all.</summary>
    public IReadOnlyList<ContentFinding> Findings => _findings;

    /// <summary>In which ways two readers could read it differently.</summary>
    public MimeAmbiguity Ambiguities { get; internal set; }

    /// <summary>Its parts, at most 1,000.</summary>
    public IReadOnlyList<PartRecord> Parts => _parts;

    /// <summary>Why it could not be looked at to its end (time, room, disk); null when it was. Our own words.</summary>
    public string? Incomplete { get; internal set; }

    internal int PartCount => _parts.Count;

    internal void Add(PartRecord part) => _parts.Add(part);

    internal void Add(AttachmentClass found, string name, string reading, int part)
    {
        var seen = _seen.GetValueOrDefault((found, part));
        _seen[(found, part)] = seen + 1;
        // The first of a kind is never left out, else a hundred harmless ones would hide it: as many as there are parts and classes.
        if (seen == 0 || (seen < 3 && _findings.Count < MostFindings))
            _findings.Add(new ContentFinding(found, name.Length > 200 ? name[..200] : name, reading, part));
    }
}
