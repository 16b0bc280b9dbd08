using System.Net;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay;

/// <summary>One message on its way to one tenant's mail server.</summary>
public sealed record Delivery
{
    /// <summary>The tenant.</summary>
    public required TenantSettings Tenant { get; init; }

    /// <summary>The session's id, for logs.</summary>
    public required string Session { get; init; }

    /// <summary>MAIL as the client said it.</summary>
    public required MailCommand Mail { get; init; }

    /// <summary>RCPTs as the client said them; at least one.</summary>
    public required IReadOnlyList<RcptCommand> Recipients { get; init; }

    /// <summary>Fields put before the message: <c>Received:</c> and tags, CRLF line ends, ASCII.</summary>
    public required ReadOnlyMemory<byte> AddedFields { get; init; }

    /// <summary>The message, sealed.</summary>
    public required ILetter Letter { get; init; }

    /// <summary>Ranges of the letter that are left out (<c>X-Garita-Rule:</c> fields from outside), ascending.</summary>
    public IReadOnlyList<(int Offset, int Length)> Omitted { get; init; } = [];

    /// <summary>When the sender's patience ends (<see cref="TimeProvider.GetTimestamp"/>); nothing is waited for longer (RFC 1047, 240 s from the final dot).</summary>
    public required long Deadline { get; init; }

    /// <summary>The client, for XCLIENT and PROXY.</summary>
    public required ClientIdentity Client { get; init; }
}

/// <summary>The client, as a backend may be told of it.</summary>
/// <param name="Address">Its address and port.</param>
/// <param name="Local">Where it connected to.</param>
/// <param name="Name">Its forward-confirmed name, or null.</param>
/// <param name="Helo">What it called itself.</param>
/// <param name="IsEsmtp">Whether it said EHLO.</param>
public sealed record ClientIdentity(IPEndPoint Address, IPEndPoint Local, string? Name, string Helo, bool IsEsmtp);

/// <summary>How a delivery ended.</summary>
public enum DeliveryOutcome : byte
{
    /// <summary>The mail server took it for all recipients.</summary>
    Delivered,
    /// <summary>Refused by the mail server for good (5xx); its code is passed on.</summary>
    Refused,
    /// <summary>Refused for now (4xx); its code is passed on.</summary>
    Deferred,
    /// <summary>Some recipients were refused before DATA: nothing was delivered, 451 once, refusals remembered.</summary>
    SomeRecipientsRefused,
    /// <summary>No connection (breaker open, refused, TLS or greeting failed, time out), nothing was delivered: 451 4.4.1.</summary>
    Unreachable,
    /// <summary>All connections are busy and more than four times as many wait: 451 4.3.2.</summary>
    Busy,
    /// <summary>The connection was lost after our final dot, or the answer made no sense: it may have been delivered. 451 4.4.2; no second backend is tried.</summary>
    Unknown,
    /// <summary>The route cannot carry it: SMTPUTF8 (550 5.6.7) or its smaller SIZE (552 5.3.4).</summary>
    CannotCarry,
}

/// <summary>The result of a delivery.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Backend">The backend that was spoken to last, or null.</param>
/// <param name="Code">The backend's reply code to pass on; 0 where none.</param>
/// <param name="Enhanced">Its enhanced code, or null.</param>
/// <param name="BackendText">Its words: printable ASCII, at most 200 characters; for the record.</param>
/// <param name="RecipientReplies">The backend's reply to each RCPT in order (0 where none was had).</param>
/// <param name="Late">Completes when an answer arrives after the patience ended (the final dot was sent, the sender was told 451): true when it was delivered. Null otherwise.</param>
public sealed record DeliveryResult(
    DeliveryOutcome Outcome, BackendAddress? Backend, int Code, EnhancedCode? Enhanced, string BackendText, IReadOnlyList<int> RecipientReplies, Task<bool>? Late = null)
{
    /// <summary>The enhanced code of each reply to RCPT, in order; null where the backend gave none.</summary>
    public IReadOnlyList<EnhancedCode?> RecipientCodes { get; init; } = [];
}

/// <summary>Brings messages to mail servers. Knows nothing of rules.</summary>
public interface IRelay
{
    /// <summary>Delivers a message: tries the tenant's backends in order, until one has seen the final dot.</summary>
    /// <param name="delivery">The message.</param>
    ValueTask<DeliveryResult> DeliverAsync(Delivery delivery);

    /// <summary>What a tenant's backends can do, as their last EHLO said; null before the first contact.</summary>
    /// <param name="tenant">The tenant.</param>
    ServerCapabilities? Capabilities(TenantSettings tenant);

    /// <summary>Whether a new transaction should be turned away at MAIL or RCPT already (breaker open, or more than four times the cap waiting).</summary>
    /// <param name="tenant">The tenant.</param>
    DeliveryOutcome? Unavailable(TenantSettings tenant);

    /// <summary>Takes new settings: tenants' pools are made, changed and drained.</summary>
    /// <param name="settings">The new snapshot.</param>
    void Apply(GatewaySettings settings);

    /// <summary>Called with each heartbeat: cuts what is past its deadline, closes what is idle for long.</summary>
    void Sweep();

    /// <summary>State of each backend, for status and metrics.</summary>
    IReadOnlyList<BackendState> States();
}

/// <summary>State of one backend.</summary>
/// <param name="Tenant">Tenant's name.</param>
/// <param name="Backend">Its address.</param>
/// <param name="Breaker"><c>closed</c>, <c>open</c> or <c>half-open</c>.</param>
/// <param name="Open">Connections that are open.</param>
/// <param name="Busy">Of these, in use.</param>
/// <param name="Waiting">Deliveries that wait for one.</param>
/// <param name="LastError">The last failure, our own words; empty for none.</param>
public sealed record BackendState(string Tenant, string Backend, string Breaker, int Open, int Busy, int Waiting, string LastError);
