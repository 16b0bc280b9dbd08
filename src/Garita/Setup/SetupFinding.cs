namespace Garita.Setup;

/// <summary>How much a finding matters.</summary>
internal enum FindingLevel : byte
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>It would start, but mail would suffer: taken only when the administrator says so.</summary>
    Doubt,

    /// <summary>It cannot be taken.</summary>
    Wrong,
}

/// <summary>What was found about an answer, and what to do next.</summary>
internal sealed record SetupFinding(FindingLevel Level, string Text, string? Next = null)
{
    public static SetupFinding Good(string text) => new(FindingLevel.Good, text);

    public static SetupFinding Note(string text, string? next = null) => new(FindingLevel.Note, text, next);

    public static SetupFinding Doubt(string text, string? next = null) => new(FindingLevel.Doubt, text, next);

    public static SetupFinding Wrong(string text, string? next = null) => new(FindingLevel.Wrong, text, next);

    public override string ToString()
    {
        var mark = Level switch { FindingLevel.Good => "ok", FindingLevel.Note => "note", FindingLevel.Doubt => "doubt", _ => "wrong" };
        return $"  {mark,-5}  {Text}{(Next is null ? "" : $"\n         → {Next}")}";
    }
}
