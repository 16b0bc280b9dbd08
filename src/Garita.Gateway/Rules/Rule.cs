using Garita.Protocols.Smtp;

namespace Garita.Gateway.Rules;

/// <summary>
/// One rule: its slug names its file, settings key, log field, metric label, test, page and reply text.
/// A rule reads facts and gives a verdict; it does no I/O and keeps no state. What becomes of the verdict (mode, exceptions) is not its matter.
/// </summary>
/// <param name="slug">Its name everywhere, kebab-case.</param>
/// <param name="stage">When it is judged.</param>
/// <param name="defaultMode">Its mode out of the box.</param>
/// <param name="allowed">The modes that make sense for it.</param>
/// <param name="canBeExcepted">Whether an exception may lift it; never for what would hurt the backend (framing, NUL, syntax, relay).</param>
public abstract class Rule(string slug, RuleStage stage, RuleMode defaultMode, AllowedModes allowed, bool canBeExcepted)
{
    /// <summary>Its name everywhere.</summary>
    public string Slug { get; } = slug;

    /// <summary>When it is judged.</summary>
    public RuleStage Stage { get; } = stage;

    /// <summary>Its mode out of the box.</summary>
    public RuleMode DefaultMode { get; } = defaultMode;

    /// <summary>The modes that make sense for it.</summary>
    public AllowedModes Allowed { get; } = allowed;

    /// <summary>Whether an exception may lift it.</summary>
    public bool CanBeExcepted { get; } = canBeExcepted;

    /// <summary>Its place in <see cref="RuleCatalogue.All"/>; given by the catalogue.</summary>
    public int Index { get; internal set; } = -1;
}

/// <summary>A rule that judges facts of one kind.</summary>
/// <typeparam name="TFacts">The facts it reads.</typeparam>
public abstract class Rule<TFacts>(string slug, RuleStage stage, RuleMode defaultMode, AllowedModes allowed, bool canBeExcepted)
    : Rule(slug, stage, defaultMode, allowed, canBeExcepted)
{
    /// <summary>Judges the facts.</summary>
    /// <param name="facts">What is known.</param>
    /// <returns><see cref="Verdict.Pass"/>, <see cref="Verdict.Abstain(string)"/> or a breach.</returns>
    public abstract Verdict Judge(TFacts facts);
}

/// <summary>What a rule says of the facts.</summary>
public enum VerdictKind : byte
{
    /// <summary>Nothing to say against it.</summary>
    Pass,
    /// <summary>The facts are not to be had (DNS does not answer); says why, and passes.</summary>
    Abstain,
    /// <summary>The rule is broken.</summary>
    Breach,
}

/// <summary>A rule's answer.</summary>
/// <param name="Kind">Pass, abstain or breach.</param>
/// <param name="Code">Reply code of the refusal (5xx); 0 unless a breach.</param>
/// <param name="Enhanced">Enhanced status code (RFC 3463).</param>
/// <param name="Text">Garita's own words for the sender, printable ASCII, never text from outside.</param>
/// <param name="Detail">For the record: what was seen; may hold outside text, escaped by whoever writes it.</param>
/// <param name="Close">Whether the connection ends after the refusal, so that left-over bytes never become commands.</param>
/// <param name="Absolute">Refused whatever the mode and the exceptions say (misframed dot-lines, NUL).</param>
/// <param name="AtMost">The severest mode that this breach deserves, when it deserves less than the rule's mode (a tag for a missing From).</param>
public readonly record struct Verdict(
    VerdictKind Kind, ushort Code = 0, EnhancedCode Enhanced = default, string? Text = null, string? Detail = null, bool Close = false, bool Absolute = false, RuleMode AtMost = RuleMode.Reject)
{
    /// <summary>A mode that the settings give to this breach; where the rule is off or in shadow it stays so. Null for none.</summary>
    public RuleMode? Asks { get; init; }

    /// <summary>Whether <see cref="Asks"/> stands in place of the rule's mode; otherwise the severer of the two holds.</summary>
    public bool AsksAlone { get; init; }

    /// <summary>Nothing to say against it.</summary>
    public static Verdict Pass => default;

    /// <summary>The facts are not to be had.</summary>
    /// <param name="why">Why, for the record.</param>
    public static Verdict Abstain(string why) => new(VerdictKind.Abstain, Detail: why);

    /// <summary>The rule is broken.</summary>
    /// <param name="code">Reply code, 5xx (or 4xx where nothing else makes sense).</param>
    /// <param name="enhanced">Enhanced status code.</param>
    /// <param name="text">Words for the sender.</param>
    /// <param name="detail">For the record.</param>
    public static Verdict Breach(ushort code, EnhancedCode enhanced, string text, string? detail = null) => new(VerdictKind.Breach, code, enhanced, text, detail);

    /// <summary>Whether the rule is broken.</summary>
    public bool IsBreach => Kind == VerdictKind.Breach;
}
