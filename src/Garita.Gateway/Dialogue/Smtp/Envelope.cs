using Garita.Gateway.Counters.Harvest;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp;

/// <summary>One transaction: made by MAIL, destroyed on every path that is not success, and never used for a second message.</summary>
internal sealed class Envelope(int number, MailCommand mail)
{
    /// <summary>Its number within the session, from 1.</summary>
    internal int Number { get; } = number;

    internal MailCommand Mail { get; } = mail;

    /// <summary>Reverse-path for records and exceptions; empty for the null one.</summary>
    internal string Sender { get; } = mail.Path.Mailbox?.ToString() ?? "";

    /// <summary>What DNS says of the sender's domain, asked at MAIL and awaited at RCPT; null where it is not asked.</summary>
    internal Task<MailDomainFact>? SenderDomain { get; set; }

    /// <summary>What SPF says of client and sender, asked at MAIL and awaited at RCPT; null where no rule that is on needs it.</summary>
    internal Task<SpfFact>? Spf { get; set; }

    /// <summary>What SPF says of client and HELO name, where there is a reverse-path too; null where it is not asked.</summary>
    internal Task<SpfFact>? HeloSpf { get; set; }

    /// <summary>Whether it comes from a listed forwarder.</summary>
    internal bool IsForwarded { get; set; }

    /// <summary>What the signatures of the message say; null where nothing asked for it.</summary>
    internal MessageAuthFacts? Auth { get; set; }

    /// <summary>The sender's domain where SPF passed for it by now, else null.</summary>
    internal string? PassedDomain => Spf is { IsCompletedSuccessfully: true, Result: { Result: SenderAuth.Spf.SpfResult.Pass } fact } && Mail.Path.Mailbox is not null ? fact.Domain : null;

    /// <summary>Who asks for recipients, as it is counted; null before the first.</summary>
    internal Visitor? Visitor { get; set; }

    /// <summary>How often the rule <c>harvest</c> refused a recipient of it.</summary>
    internal int HarvestRefusals { get; set; }

    /// <summary>Recipients that were accepted.</summary>
    internal List<RcptCommand> Recipients { get; } = [];

    /// <summary>Each RCPT with its answer, as far as the record takes them.</summary>
    internal List<RecipientDecision> Decisions { get; } = [];

    /// <summary>Rules that had something to say in this transaction.</summary>
    internal List<RuleHit> Hits { get; } = [];

    /// <summary>Fields that the judgement of the message adds, with CRLF line ends.</summary>
    internal System.Text.StringBuilder AddedFields { get; } = new();

    /// <summary>Ranges of the message that the judgement leaves out.</summary>
    internal List<(int Offset, int Length)> Omitted { get; } = [];

    /// <summary>The tenant of the first recipient accepted: one transaction, one route.</summary>
    internal TenantSettings? Tenant { get; set; }

    /// <summary>The tenant for which client and sender were judged last, and what came of it.</summary>
    internal TenantSettings? JudgedFor { get; set; }

    internal Refusal? ClientRefusal { get; set; }

    /// <summary>The Authentication-Results field that goes with the message (RFC 8601), with its line end; empty for none.</summary>
    internal string ResultsField { get; set; } = "";
}
