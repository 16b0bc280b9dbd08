using System.Collections.Frozen;
using Garita.Gateway.Evidence.Content;

namespace Garita.Gateway.Settings;

/// <summary>What is done with attachments of a class.</summary>
public enum AttachmentAction : byte
{
    /// <summary>What the mode of the rule <c>attachment</c> says.</summary>
    Rule,
    /// <summary>Nothing.</summary>
    Pass,
    /// <summary>The message gets an <c>X-Garita-Rule:</c> field.</summary>
    Tag,
    /// <summary>The part is replaced by a note.</summary>
    Strip,
    /// <summary>The message is kept and not delivered.</summary>
    Quarantine,
    /// <summary>The message is refused.</summary>
    Reject,
}

/// <summary>The policy for attachments: an action for each class, and the administrator's own extensions. Immutable.</summary>
public sealed record AttachmentSettings
{
    /// <summary>What is done with each class; one that is absent passes.</summary>
    public IReadOnlyDictionary<AttachmentClass, AttachmentAction> Actions { get; init; } = new Dictionary<AttachmentClass, AttachmentAction>
    {
        [AttachmentClass.Executables] = AttachmentAction.Rule,
        [AttachmentClass.Scripts] = AttachmentAction.Rule,
        [AttachmentClass.Links] = AttachmentAction.Rule,
        [AttachmentClass.Bombs] = AttachmentAction.Rule,
        [AttachmentClass.Listed] = AttachmentAction.Rule,
    }.ToFrozenDictionary();

    /// <summary>Extensions that are of the class <see cref="AttachmentClass.Listed"/>, lower case, without dot.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Extensions whose names are let past, whatever class they are of; content is judged all the same.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>What is done with a class.</summary>
    /// <param name="found">The class.</param>
    public AttachmentAction this[AttachmentClass found] => Actions.TryGetValue(found, out var action) ? action : AttachmentAction.Pass;

    /// <summary>The class of an extension.</summary>
    /// <param name="extension">Lower case, without dot.</param>
    /// <returns>Null for one that is harmless.</returns>
    public AttachmentClass? ClassOf(string extension)
    {
        if (Allowed.Count > 0 && Allowed.Contains(extension, StringComparer.Ordinal))
            return null;
        return Extensions.Count > 0 && Extensions.Contains(extension, StringComparer.Ordinal) ? AttachmentClass.Listed : KnownExtensions.Of(extension);
    }
}
