using System.Text.Json.Serialization;
using Garita.Gateway;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Rules;
using Garita.Settings;

namespace Garita.Control;

/// <summary>An exception as the control API shows it.</summary>
internal sealed record ExceptionView
{
    public string Id { get; init; } = "";

    public string? Client { get; init; }

    public string? Helo { get; init; }

    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public IReadOnlyList<string> Rules { get; init; } = [];

    public bool Block { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string Comment { get; init; } = "";

    public static ExceptionView Of(ExceptionRule rule) => new()
    {
        Id = rule.Id,
        Client = rule.Client?.ToString(),
        Helo = rule.Helo,
        Sender = rule.Sender,
        Recipient = rule.Recipient,
        Rules = [.. rule.Rules.Order(StringComparer.Ordinal)],
        Block = rule.Block,
        Until = rule.Until,
        Comment = rule.Comment,
    };

    /// <summary>The checked exception; or what is wrong with it.</summary>
    public string? TryMake(string id, DateTimeOffset now, out ExceptionRule rule)
    {
        rule = new ExceptionRule { Id = id };
        System.Net.IPNetwork? client = null;
        if (Client is not null)
        {
            if (NetworkText.TryNetwork(Client, out var network) is { } expected)
                return $"client is {SafeText.Quote(Client)}, expected {expected}";
            client = network;
        }

        if (Client is null && Helo is null && Sender is null && Recipient is null)
            return "the exception matches everybody, expected at least one of client, helo, sender, recipient";
        if (Rules.Count > 0 == Block)
            return "expected rules, or a block, and not both";
        foreach (var slug in Rules)
        {
            if (ExceptionText.RuleProblem(slug) is { } problem)
                return problem;
        }

        var helo = Helo is null ? null : ExceptionText.Helo(Helo);
        var sender = Sender is null ? null : ExceptionText.Sender(Sender);
        var recipient = Recipient is null ? null : ExceptionText.Recipient(Recipient);
        if (Helo is not null && helo is null)
            return $"helo is {SafeText.Quote(Helo)}, expected {ExceptionText.HeloExpected}";
        if (Sender is not null && sender is null)
            return $"sender is {SafeText.Quote(Sender)}, expected {ExceptionText.SenderExpected}";
        if (Recipient is not null && recipient is null)
            return $"recipient is {SafeText.Quote(Recipient)}, expected {ExceptionText.RecipientExpected}";
        if (!ExceptionText.IsComment(Comment))
            return $"the comment is too long or has control characters, expected {ExceptionText.CommentExpected}";
        if (Until <= now)
            return $"until is {Until:u}, expected a time that is still to come";
        rule = new ExceptionRule
        {
            Id = id,
            Client = client,
            Helo = helo,
            Sender = sender,
            Recipient = recipient,
            Rules = System.Collections.Frozen.FrozenSet.ToFrozenSet(Rules, StringComparer.Ordinal),
            Block = Block,
            Until = Until,
            Comment = Comment,
        };
        return null;
    }
}

/// <summary>What a reload did.</summary>
/// <param name="Applied">Whether the new settings are in force.</param>
/// <param name="Errors">Not applied: what is wrong with the file, and the old settings stay in force. Applied: what of it could not be done, such as an address that cannot be bound.</param>
/// <param name="NeedsRestart">What only a restart can change.</param>
internal sealed record ReloadAnswer(bool Applied, IReadOnlyList<string> Errors, IReadOnlyList<string> NeedsRestart);

/// <summary>What is known of a recipient.</summary>
/// <param name="Address">The address as parsed.</param>
/// <param name="Tenant">Its tenant; null: not our domain.</param>
/// <param name="Status"><c>known</c>, <c>unknown</c>, <c>unavailable</c>, <c>refused-lately</c>, <c>not-ours</c>.</param>
/// <param name="FoundIn">Where that is known from.</param>
/// <param name="Code">The reply code that is replayed, or 0.</param>
/// <param name="Taken">When that was read; null where it is asked for, or never ages.</param>
/// <param name="AgeSeconds">How old that is.</param>
/// <param name="Problem">Why the last reading of the source was not taken.</param>
internal sealed record RecipientView(string Address, string? Tenant, string Status, string FoundIn, int Code, DateTimeOffset? Taken = null, long? AgeSeconds = null, string? Problem = null);

/// <summary>Whose sources are read.</summary>
/// <param name="Tenant">The tenant's name; null: all that have a source.</param>
/// <param name="Force">Whether a reading is taken however much it loses.</param>
internal sealed record SyncRequest(string? Tenant, bool Force);

/// <summary>One address to be forgotten.</summary>
internal sealed record ForgetRequest(string Address);

/// <summary>What root did to the host by a verb that does not need the gateway: kept in its ledger all the same.</summary>
/// <param name="What">The verb: <c>wall.apply</c> …</param>
/// <param name="Where">The login.</param>
/// <param name="Before">State before.</param>
/// <param name="After">State after.</param>
internal sealed record ActNote(string What, string Where, string? Before, string? After);

/// <summary>Why a request was refused.</summary>
internal sealed record ControlProblem(string Error);

/// <summary>Everything that goes over the control socket, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(GatewayStatus))]
[JsonSerializable(typeof(IReadOnlyList<DecisionRecord>))]
[JsonSerializable(typeof(IReadOnlyList<AuditEntry>))]
[JsonSerializable(typeof(IReadOnlyList<ExceptionView>))]
[JsonSerializable(typeof(ExceptionView))]
[JsonSerializable(typeof(ReloadAnswer))]
[JsonSerializable(typeof(RecipientView))]
[JsonSerializable(typeof(ForgetRequest))]
[JsonSerializable(typeof(SyncRequest))]
[JsonSerializable(typeof(IReadOnlyList<SyncResult>))]
[JsonSerializable(typeof(IReadOnlyList<BanView>))]
[JsonSerializable(typeof(BanView))]
[JsonSerializable(typeof(BanRequest))]
[JsonSerializable(typeof(UnbanAnswer))]
[JsonSerializable(typeof(IReadOnlyList<QuarantineView>))]
[JsonSerializable(typeof(QuarantineView))]
[JsonSerializable(typeof(QuarantineReleaseRequest))]
[JsonSerializable(typeof(QuarantineReleaseAnswer))]
[JsonSerializable(typeof(IReadOnlyList<SpoolView>))]
[JsonSerializable(typeof(SpoolView))]
[JsonSerializable(typeof(SpoolFlushRequest))]
[JsonSerializable(typeof(SpoolFlushAnswer))]
[JsonSerializable(typeof(SpoolHoldRequest))]
[JsonSerializable(typeof(ActNote))]
[JsonSerializable(typeof(ControlProblem))]
internal sealed partial class ControlJson : JsonSerializerContext;
