using System.Text.Json.Serialization;

namespace Garita.Gateway.Ledger;

/// <summary>One rule that had something to say.</summary>
/// <param name="Rule">Its slug.</param>
/// <param name="Verdict"><c>reject</c>, <c>defer</c>, <c>tag</c>, <c>shadow</c>, <c>normalize</c>, <c>quarantine</c>, <c>strip</c>, <c>abstain</c>, <c>excepted</c>.</param>
/// <param name="Detail">What was seen; outside text, escaped by whoever writes it.</param>
public readonly record struct RuleHit(string Rule, string Verdict, string? Detail)
{
    /// <summary>The verdict of a rule that sends a message into the quarantine.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>The verdict of a rule that takes a part out of a message.</summary>
    public const string Strip = "strip";

    /// <summary>Whether it is a certain verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    public bool Is(string verdict) => string.Equals(Verdict, verdict, StringComparison.Ordinal);
}

/// <summary>One recipient and the answer it got.</summary>
/// <param name="Address">The address as parsed; or what was given, cut to 320 characters, when it could not be.</param>
/// <param name="Reply">Our reply code.</param>
/// <param name="Rule">The rule that refused it, or null.</param>
public readonly record struct RecipientDecision(string Address, int Reply, string? Rule);

/// <summary>
/// What was decided on one message, or on a session that brought none. Written once, never changed, read by <c>garita explain</c>.
/// Bodies are never in it.
/// </summary>
public sealed class DecisionRecord
{
    /// <summary>When it was decided (UTC).</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Session id as in every refusal's text.</summary>
    public required string Session { get; init; }

    /// <summary>Transaction number within the session, from 1; 0: the session itself.</summary>
    public int Transaction { get; init; }

    /// <summary>Listener's name.</summary>
    public required string Listener { get; init; }

    /// <summary>Tenant's name; null where none was found.</summary>
    public string? Tenant { get; init; }

    /// <summary>Client's address.</summary>
    public required string Client { get; init; }

    /// <summary>Its reverse name, confirmed or not; null for none.</summary>
    public string? ReverseName { get; init; }

    /// <summary>What it called itself.</summary>
    public string? Helo { get; init; }

    /// <summary><c>TLS1.3 TLS_AES_256_GCM_SHA384</c>, or null.</summary>
    public string? Tls { get; init; }

    /// <summary>Reverse-path; empty for the null one, null where MAIL was not reached.</summary>
    public string? Sender { get; init; }

    /// <summary>Recipients with each one's answer (at most 1,000).</summary>
    public IReadOnlyList<RecipientDecision> Recipients { get; init; } = [];

    /// <summary>Rules that had something to say, shadow ones too.</summary>
    public IReadOnlyList<RuleHit> Rules { get; init; } = [];

    /// <summary>Octets of the message.</summary>
    [JsonPropertyName("bytes")]
    public long Octets { get; init; }

    /// <summary>Message-ID, or null.</summary>
    public string? MessageId { get; init; }

    /// <summary>Backend's address, or <c>quarantine:</c> and the id under which it is kept, or null.</summary>
    public string? Backend { get; init; }

    /// <summary>Backend's answer (code and its words), or null.</summary>
    public string? BackendReply { get; init; }

    /// <summary><c>delivered</c>, <c>quarantined</c>, <c>spooled</c> (a later record of the same session, listener <c>spool</c>, says what became of it), <c>answered-from-ledger</c>, <c>refused</c>, <c>deferred</c>, <c>unknown</c>, <c>aborted</c>, <c>no-message</c>, <c>turned-away</c> (connections over a limit, summed by network and minute).</summary>
    public required string Outcome { get; init; }

    /// <summary>Our last reply code.</summary>
    public int Reply { get; init; }

    /// <summary>From the accept to this record, milliseconds.</summary>
    [JsonPropertyName("session_ms")]
    public long SessionMilliseconds { get; init; }

    /// <summary>From the final dot to our answer, milliseconds.</summary>
    [JsonPropertyName("relay_ms")]
    public long RelayMilliseconds { get; init; }
}

/// <summary>One administrative act.</summary>
/// <param name="Time">When (UTC).</param>
/// <param name="Who">User name (uid) of the peer of the control socket, or <c>system</c>.</param>
/// <param name="Where">From where: <c>control.sock</c>, <c>signal</c>, <c>start</c>.</param>
/// <param name="What">The verb: <c>settings.reload</c>, <c>exceptions.add</c> …</param>
/// <param name="Before">State before, JSON or text.</param>
/// <param name="After">State after, JSON or text.</param>
public sealed record AuditEntry(DateTimeOffset Time, string Who, string Where, string What, string? Before, string? After);
