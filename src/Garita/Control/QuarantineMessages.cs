using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Quarantine;

namespace Garita.Control;

/// <summary>A message of the quarantine as the control API shows it. Much of it is text from outside.</summary>
internal sealed record QuarantineView
{
    public required string Id { get; init; }

    public required string Tenant { get; init; }

    /// <summary><c>kept</c>, <c>releasing</c>, <c>released</c>, <c>unknown</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset Kept { get; init; }

    public required long Bytes { get; init; }

    public required string Session { get; init; }

    public required string Sender { get; init; }

    public required IReadOnlyList<QuarantineRecipientView> Recipients { get; init; }

    public required string Client { get; init; }

    public string? ClientName { get; init; }

    public required string Helo { get; init; }

    public required IReadOnlyList<RuleHit> Reasons { get; init; }

    public required string Subject { get; init; }

    public string? From { get; init; }

    public string? MessageId { get; init; }

    /// <summary>The header section, at most 64 KiB; only where one message is shown, and as long as its file is there.</summary>
    public string? Header { get; init; }

    public static QuarantineView Of(QuarantineEntry entry) => new()
    {
        Id = entry.Id,
        Tenant = entry.Tenant,
        State = Word(entry.State),
        Kept = entry.Kept,
        Bytes = entry.Octets,
        Session = entry.Session,
        Sender = entry.Sender,
        Recipients = [.. entry.Recipients.Select(static recipient => new QuarantineRecipientView(recipient.Address, Word(recipient.State), recipient.IsExtra))],
        Client = entry.Client,
        ClientName = entry.ClientName,
        Helo = entry.Helo,
        Reasons = entry.Reasons,
        Subject = entry.Subject,
        From = entry.From,
        MessageId = entry.MessageId,
    };

    public static string Word(QuarantineState state) => state.ToString().ToLowerInvariant();
}

/// <summary>A recipient of a message in the quarantine.</summary>
/// <param name="Address">The address.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Chosen">Whether a release chose it; it is not in the envelope.</param>
internal sealed record QuarantineRecipientView(string Address, string State, bool Chosen);

/// <summary>A release that an administrator, or the holder of a link, wants.</summary>
internal sealed record QuarantineReleaseRequest
{
    /// <summary>To whom; empty: the envelope.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>Whether also where it may be, or is, already.</summary>
    public bool Again { get; init; }

    /// <summary>The token of a link; then the id stands in it.</summary>
    public string? Token { get; init; }
}

/// <summary>How a release ended.</summary>
/// <param name="State"><c>released</c>, <c>unknown</c> or <c>kept</c>.</param>
/// <param name="Recipients">To whom.</param>
/// <param name="Problem">Why not.</param>
internal sealed record QuarantineReleaseAnswer(string State, IReadOnlyList<string> Recipients, string? Problem);
