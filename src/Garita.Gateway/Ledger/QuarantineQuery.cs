using Garita.Gateway.Relay.Quarantine;

namespace Garita.Gateway.Ledger;

/// <summary>
/// What is looked for in the quarantine; what is null does not matter, and all that is given must be so. The full-text index narrows, then the entry
/// itself is compared, as with decisions. Text of the user goes to the index as quoted strings, never as its query language.
/// </summary>
public sealed record QuarantineQuery
{
    /// <summary>Characters of a text that is looked for.</summary>
    public const int MaxText = 320;

    /// <summary>Tenant's name.</summary>
    public string? Tenant { get; init; }

    /// <summary>Address, <c>@domain</c>, <c>&lt;&gt;</c>, or words of an address.</summary>
    public string? Sender { get; init; }

    /// <summary>Address, <c>@domain</c>, or words of an address.</summary>
    public string? Recipient { get; init; }

    /// <summary>Words of the subject, one after the other.</summary>
    public string? Subject { get; init; }

    /// <summary>Slug of a rule among the reasons.</summary>
    public string? Rule { get; init; }

    /// <summary>Kept at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only those with this recipient still kept; in lower case. For digests.</summary>
    public string? KeptFor { get; init; }

    /// <summary>At most this many.</summary>
    public int Most { get; init; } = 100;

    /// <summary>The FTS5 query; null when nothing of it needs words.</summary>
    internal string? Match()
    {
        List<string> parts = [];
        Add("sender", Sender);
        Add("recipient", Recipient);
        Add("subject", Subject);
        Add("rule", Rule);
        return parts.Count == 0 ? null : string.Join(" AND ", parts);

        void Add(string column, string? text)
        {
            if (text is not null && text.Any(char.IsLetterOrDigit))
                parts.Add($"{column} : {Quote(text)}");
        }
    }

    /// <summary>Whether an entry is meant.</summary>
    internal bool IsMeant(QuarantineEntry entry) =>
        (Sender is null || IsAddress(Sender, entry.Sender))
        && (Recipient is null || entry.Recipients.Any(recipient => IsAddress(Recipient, recipient.Address)))
        && (Subject is null || Subject.Any(char.IsLetterOrDigit) || entry.Subject.Contains(Subject, StringComparison.OrdinalIgnoreCase))
        && (Rule is null || entry.Reasons.Any(reason => string.Equals(reason.Rule, Rule, StringComparison.Ordinal)));

    /// <summary>A string of FTS5's query language, whatever is in the text. A NUL would end it inside SQLite.</summary>
    private static string Quote(string text) => string.Concat("\"", text.Replace("\"", "\"\"", StringComparison.Ordinal).Replace('\0', ' '), "\"");

    private static bool IsAddress(string wanted, string address)
    {
        if (wanted is "<>" or "")
            return address.Length == 0;
        if (wanted is ['<', _, .., '>'])
            wanted = wanted[1..^1];
        var at = wanted.IndexOf('@', StringComparison.Ordinal);
        return at == 0 ? address.EndsWith(wanted, StringComparison.OrdinalIgnoreCase)
            : at > 0 ? address.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            : wanted.Any(char.IsLetterOrDigit) || address.Contains(wanted, StringComparison.OrdinalIgnoreCase);
    }
}
