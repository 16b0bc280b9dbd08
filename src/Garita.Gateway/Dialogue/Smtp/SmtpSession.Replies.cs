using System.Net;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay;
using Garita.Gateway.Rules;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Dialogue.Smtp;

/// <content>What is said and recorded.</content>
internal sealed partial class SmtpSession
{
    private List<RuleHit> SessionHits => Hits ??= [];

    internal void Say(int code, EnhancedCode enhanced, string text) => _replies.Add(code, enhanced, text);

    internal void Say(ReadOnlySpan<byte> lines) => _replies.Add(lines);

    /// <summary>Sends what was said. A client that does not read has as long as one that does not speak.</summary>
    internal async ValueTask FlushAsync()
    {
        if (_replies.IsEmpty)
            return;
        BeginPatience(anew: true);
        await Connection.SendAsync(_replies.Octets);
        _replies.Clear();
        EndPatience();
    }

    /// <summary>Says a refusal with the rule and the session, so that an administrator finds it from the sender's bounce.</summary>
    /// <returns>False, for callers that go no further.</returns>
    internal bool Refuse(Refusal refusal)
    {
        Say(refusal.Code, refusal.Enhanced, $"{refusal.Text} ({refusal.Slug}, session {Id})");
        if (refusal.Close)
            _closing = true;
        return false;
    }

    /// <summary>The point at which the whole message is judged. Its hits are kept however many recipients made some before: they decide what becomes of it.</summary>
    internal Judgement JudgeMessage(Envelope envelope) =>
        new(Policy, envelope.Tenant!.Rules, new ExceptionSubject(Connection.Address, Helo?.Text, envelope.Sender, envelope.Recipients.Count == 1 ? envelope.Recipients[0].Path.Mailbox!.ToString().ToLowerInvariant() : null), House.Time.GetUtcNow(), envelope.Hits, House.Services.Metrics);

    /// <summary>A point at which rules are judged.</summary>
    internal Judgement Judge(RuleModes modes, string? recipient, List<RuleHit> hits)
    {
        var subject = new ExceptionSubject(Connection.Address, Helo?.Text, Envelope?.Sender, recipient);
        return new Judgement(Policy, modes, subject, House.Time.GetUtcNow(), hits, House.Services.Metrics);
    }

    /// <summary>What administrators block, judged again whenever more is known: an exception matches when all that it names is.</summary>
    internal Refusal? Blocked(string? recipient, bool close)
    {
        if (Policy.Exceptions.IsEmpty)
            return null;
        var subject = new ExceptionSubject(Connection.Address, Helo?.Text, Envelope?.Sender, recipient);
        if (Policy.Exceptions.Blocks(subject, House.Time.GetUtcNow()) is not { } exception)
            return null;
        (Envelope?.Hits ?? SessionHits).Add(new RuleHit("exception", "reject", exception.Id));
        return new Refusal("exception", 554, new(5, 7, 1), "blocked by the administrator", close);
    }

    /// <summary>Notes something for the record that is no rule's matter.</summary>
    internal void Note(string what, string verdict, string detail) => SessionHits.Add(new RuleHit(what, verdict, detail));

    /// <summary>A command that is wrong before its meaning is looked at.</summary>
    internal ValueTask FaultAsync(CommandFault fault, SmtpVerb verb = SmtpVerb.Unknown, SyntaxError syntax = SyntaxError.None)
    {
        if (JudgeFault(fault, verb, syntax) is { } refusal)
            Refuse(refusal);
        else
            Say(500, new(5, 5, 2), "Command not understood");
        // Octets that were framed in another way than the sender meant are never read as commands.
        if (fault is CommandFault.BareNewline or CommandFault.BehindStartTls or CommandFault.ProxyHeader || verb == SmtpVerb.Bdat)
            _closing = true;
        return _closing ? ValueTask.CompletedTask : CountErrorAsync(verb);
    }

    /// <summary>What the rules say of a wrong command; null where its mode lets it pass.</summary>
    internal Refusal? JudgeFault(CommandFault fault, SmtpVerb verb, SyntaxError syntax = SyntaxError.None) =>
        Judge(Policy.Settings.Rules, null, Envelope?.Hits ?? SessionHits).Judge(RuleCatalogue.Command, new CommandFacts(fault, verb, syntax, 0));

    /// <summary>Says a refusal that counts as an error.</summary>
    internal ValueTask RefuseAsErrorAsync(Refusal refusal, SmtpVerb verb)
    {
        Refuse(refusal);
        return _closing ? ValueTask.CompletedTask : CountErrorAsync(verb);
    }

    /// <summary>One more error: after ten the answers slow down, after twenty it is over.</summary>
    internal ValueTask CountErrorAsync(SmtpVerb verb)
    {
        _errors++;
        // A transaction with an accepted recipient is never cut short for others.
        if (_errors >= Errors.Most && Envelope is not { Recipients.Count: > 0 })
        {
            var facts = new CommandFacts(CommandFault.TooManyErrors, verb, SyntaxError.None, _errors);
            if (Judge(Policy.Settings.Rules, null, SessionHits).Judge(RuleCatalogue.Command, facts) is { } refusal)
                Refuse(refusal);
            return ValueTask.CompletedTask;
        }

        return _errors >= Errors.Slow && !House.Reception.PlacesAreShort ? new ValueTask(SlowAsync(TimeSpan.FromSeconds(1))) : ValueTask.CompletedTask;
    }

    /// <summary>Keeps a delivery whose answer is on its way: the client's next octet confirms it, its loss does not.</summary>
    internal void AwaitConfirmation(DeliveryMemory.Key key, DeliveryMemory.Entry entry) => _unconfirmed = (key, entry);

    private void Confirm()
    {
        House.Deliveries.Forget(_unconfirmed!.Value.Key, _unconfirmed.Value.Entry, delivered: true);
        _unconfirmed = null;
    }

    private void Lose()
    {
        if (_unconfirmed is { } delivery)
            House.Deliveries.Remember(delivery.Key, delivery.Entry);
        _unconfirmed = null;
    }

    /// <summary>Ends the transaction and writes its record where it had a recipient or a rule had something to say.</summary>
    internal void EndTransaction(string outcome, int reply, MessageEnd end = default)
    {
        if (Envelope is not { } envelope)
            return;
        Envelope = null;
        if (envelope.Tenant is { } tenant)
            House.Shares.Leave(tenant.Name);
        if (State is SessionState.Mail or SessionState.Rcpt or SessionState.Data)
            State = SessionState.Greeted;
        if (envelope.Decisions.Count == 0 && envelope.Hits.Count == 0)
            return;
        if (string.Equals(outcome, "aborted", StringComparison.Ordinal) && envelope.Recipients.Count == 0)
            outcome = "refused";
        _recorded = true;
        House.Services.Ledger.Record(new DecisionRecord
        {
            Time = House.Time.GetUtcNow(),
            Session = Id.ToString(),
            Transaction = envelope.Number,
            Listener = Listener.Name,
            Tenant = envelope.Tenant?.Name,
            Client = Connection.Address.ToString(),
            ReverseName = ReverseName,
            Helo = Helo?.Text,
            Tls = Connection.TlsText,
            Sender = envelope.Sender,
            Recipients = envelope.Decisions,
            Rules = Hits is null ? envelope.Hits : [.. Hits, .. envelope.Hits],
            Octets = end.Octets,
            MessageId = end.MessageId,
            Backend = end.Backend,
            BackendReply = end.BackendReply,
            Outcome = outcome,
            Reply = reply,
            SessionMilliseconds = Milliseconds(_begun),
            RelayMilliseconds = end.DotAt == 0 ? 0 : Milliseconds(end.DotAt),
        });
    }

    private void RecordSession()
    {
        if (_recorded || Hits is not { Count: > 0 })
            return;
        House.Services.Ledger.Record(new DecisionRecord
        {
            Time = House.Time.GetUtcNow(),
            Session = Id.ToString(),
            Listener = Listener.Name,
            Client = Connection.Address.ToString(),
            ReverseName = ReverseName,
            Helo = Helo?.Text,
            Rules = Hits,
            Outcome = "no-message",
            SessionMilliseconds = Milliseconds(_begun),
        });
    }

    /// <summary>The client's reverse name as far as it is known by now.</summary>
    private string? ReverseName => ReverseDns is { IsCompletedSuccessfully: true } dns ? dns.Result.Name : null;

    private long Milliseconds(long since) => (long)House.Time.GetElapsedTime(since).TotalMilliseconds;

    /// <summary>The client as a backend may be told of it.</summary>
    internal ClientIdentity Identity(string? confirmedName) =>
        new(new IPEndPoint(Connection.Address, Connection.Port), Connection.Local, confirmedName, Helo?.Text ?? "unknown", _isEsmtp);
}

/// <summary>What the record says of a message.</summary>
internal readonly record struct MessageEnd(long Octets, string? MessageId, string? Backend, string? BackendReply, long DotAt);
