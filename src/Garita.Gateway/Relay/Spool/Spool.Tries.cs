using System.Globalization;
using Garita.Gateway.Alarms;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Backends;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Settings;
using Garita.Protocols.Message;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Spool;

/// <content>One try of one message, and what follows from its end.</content>
public sealed partial class Spool
{
    private const string HeldForQuarantine = "the quarantine does not take it";

    /// <summary>As long as a sender would wait; nobody waits here, but a server that hangs must not keep a place for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    /// <summary>What came of some recipients.</summary>
    private readonly record struct Round(DeliveryOutcome Outcome, string Text);

    private async Task TryAsync(SpoolQueue queue, SpoolEntry entry, TenantSettings tenant, GatewaySettings settings)
    {
        var work = new TryWork(queue, entry, tenant, settings);
        try
        {
            // 1. The message and what the tries before came to.
            work.State = await _store.ReadStateAsync(queue.Tenant, entry.Id);
            work.HasState = true;
            using var message = await _store.OpenAsync(queue.Tenant, entry.Id, entry.Key.ToBytes());
            work.Message = message;
            if (_services.Time.GetTimestamp() - entry.Born >= _services.Time.Ticks(settings.Spool.Expire))
            {
                await GiveUpAsync(work, work.Remaining(), AlarmKind.SpoolExpired, work.State.Last);
            }
            else
            {
                // 2. That it is tried is on the disk before it is: after a kill it is known that a server may have it.
                await SaveAsync(work, work.State with { Tries = work.State.Tries + 1, Trying = true });
                await DeliverAsync(work);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            LogUnreadable(entry.Id.ToString(), queue.Tenant, e);
            work.Hold = "its file cannot be read";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogDisk(entry.Id.ToString(), queue.Tenant, e);
            work.Round = new Round(DeliveryOutcome.Deferred, "the disk refused");
        }
        catch (Exception e)
        {
            // A mistake of ours: the message must not be "under way" for ever.
            LogFailed(entry.Id.ToString(), queue.Tenant, e);
            work.Round = new Round(DeliveryOutcome.Deferred, "an error in Garita, see its log");
        }

        await ConcludeAsync(work);
    }

    private async Task DeliverAsync(TryWork work)
    {
        // LMTP answers for each recipient (RFC 2033 §4.2): one at a time, so that each answer is noted before the next is asked for.
        var isLmtp = work.Tenant.Backends.Smtp.Any(static backend => backend.IsLmtp);
        var group = work.Remaining();
        while (group.Count > 0 && !_stopping)
        {
            var some = isLmtp ? [group[0]] : group;
            List<int> rest = isLmtp ? [.. group.Skip(1)] : [];
            var deadline = _services.Time.After(Patience);
            var result = await _services.Relay.DeliverAsync(work.Message!.Envelope.ToDelivery(work.Tenant, some, work.Message.Added, work.Message.Letter, deadline));
            // The answer that comes after the patience counts as well: until then no other try may begin.
            if (result.Late is { } late)
                result = result with { Outcome = await late ? DeliveryOutcome.Delivered : DeliveryOutcome.Unknown };
            if (result.Outcome is not (DeliveryOutcome.Unreachable or DeliveryOutcome.Busy or DeliveryOutcome.Unknown))
                work.IsAnswered = true;
            work.Result = result;
            switch (result.Outcome)
            {
                case DeliveryOutcome.Delivered:
                    await DoneAsync(work, some);
                    Record(work, some, "delivered", 250);
                    break;
                case DeliveryOutcome.Refused or DeliveryOutcome.CannotCarry:
                    RememberRefusals(work, some, result);
                    await GiveUpAsync(work, some, AlarmKind.SpoolRefused, Words(result));
                    break;
                case DeliveryOutcome.SomeRecipientsRefused:
                    RememberRefusals(work, some, result);
                    var refused = some.Where((_, i) => Reply(result, i) / 100 == 5).ToList();
                    if (refused.Count > 0)
                        await GiveUpAsync(work, refused, AlarmKind.SpoolRefused, Words(result));
                    work.Round = new Round(DeliveryOutcome.Deferred, Words(result));
                    // Those that it would have taken, without the others.
                    rest = [.. some.Where((_, i) => Reply(result, i) / 100 == 2)];
                    if (rest.Count == some.Count)
                        rest = [];
                    break;
                default:
                    work.Round = new Round(result.Outcome, Words(result));
                    if (result.Outcome != DeliveryOutcome.Deferred)
                        rest = [];
                    break;
            }

            group = rest;
        }
    }

    /// <summary>Some recipients have it. The last ones: the message goes, and that is the mark. Before that the state says so, before another is asked for.</summary>
    private async ValueTask DoneAsync(TryWork work, List<int> some)
    {
        work.State = work.State with { Done = [.. work.State.Done, .. some] };
        if (work.Remaining().Count > 0)
        {
            await SaveAsync(work, work.State);
            return;
        }

        work.IsGone = true;
        // Before the mark: until then the file remembers it over a restart, from then on the ledger.
        if (work.Entry.IsLoaded)
            _services.Ledger.Remember(new RememberedDelivery(work.Entry.Key.ToBytes(), work.Entry.Id.ToString(), Now + DeliveryMemory.Keep));
        try
        {
            _store.Remove(work.Queue.Tenant, work.Entry.Id, work.Entry.Key.ToBytes());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It will come twice after the next start; better than not at all.
            LogNotRemoved(work.Entry.Id.ToString(), work.Queue.Tenant, e);
        }
    }

    /// <summary>Some recipients will not get it: the tenant's quarantine has it before it is gone here.</summary>
    private async ValueTask GiveUpAsync(TryWork work, List<int> some, AlarmKind kind, string why)
    {
        var id = work.Entry.Id.ToString();
        var envelope = work.Message!.Envelope;
        var delivery = envelope.ToDelivery(work.Tenant, some, work.Message.Added, work.Message.Letter, _services.Time.After(Patience));
        var head = await work.Message.Letter.HeadAsync(HeaderSection.MaxLength + 1);
        var header = HeaderSection.Read(head.Span, complete: head.Length == work.Message.Letter.Length);
        var reason = new RuleHit(kind.Word(), RuleHit.Quarantine, why);
        var (outcome, place) = _quarantine is null
            ? (QuarantineOutcome.Failed, "")
            : await _quarantine.KeepAsync(await QuarantinedMessage.OfAsync(delivery, [reason]));
        var what = kind == AlarmKind.SpoolExpired
            ? $"its mail server took it within {work.Settings.Spool.Expire.TotalDays.ToString("0.#", CultureInfo.InvariantCulture)} days not once"
            : "its mail server refused it for good after it had been accepted";
        if (outcome != QuarantineOutcome.Kept)
        {
            work.Hold = HeldForQuarantine;
            _services.Alarms.Raise(new Alarm(kind, work.Tenant.Name, $"message {id} was not delivered: {what}; the quarantine did not take it, it is held in the spool", "spool"));
            return;
        }

        _services.Alarms.Raise(new Alarm(kind, work.Tenant.Name, $"message {id} was not delivered: {what}; it is in the quarantine as {place}", "spool"));
        Record(work, some, "quarantined", 0, reason, "quarantine:" + place);
        // The notice first: after a kill in between it is sent again, and not forgotten.
        if (await _notices.TellAsync(work.Settings, work.Tenant, envelope, some, work.Entry.Id, head[..header.Length], kind == AlarmKind.SpoolExpired, work.Result))
            LogTold(id, work.Tenant.Name);
        await DoneAsync(work, some);
    }

    /// <summary>What follows for the message and for its queue.</summary>
    private async ValueTask ConcludeAsync(TryWork work)
    {
        var (queue, entry) = (work.Queue, work.Entry);
        var isConnection = work.Round.Outcome is DeliveryOutcome.Unreachable or DeliveryOutcome.Busy;
        var tries = work.HasState ? work.State.Tries : entry.Tries;
        var wait = SpoolSchedule.Wait(Math.Max(1, tries), work.Settings.Spool);
        if (work.Hold is null && entry.HoldAfterTry)
            work.Hold = HeldByAdministrator;
        // A state that could not be read is not written over: it knows who has the message already.
        if (!work.IsGone && work.HasState)
        {
            var state = work.State with { Trying = false, Next = Now + wait, Held = work.Hold, Last = work.Round.Text, Unknown = work.State.Unknown || work.Round.Outcome == DeliveryOutcome.Unknown };
            await SaveAsync(work, state);
        }

        lock (_gate)
        {
            if (work.IsAnswered)
                queue.Answered();
            var wasDown = queue.IsDown;
            if (isConnection && !work.IsAnswered)
                queue.Failed(work.Settings.Spool);
            entry.Tries = tries;
            entry.HoldAfterTry = false;
            if (work.IsGone)
            {
                Take(queue, entry);
                return;
            }

            if (work.Hold is not null)
            {
                queue.Put(entry, SpoolPlace.Held);
                return;
            }

            queue.Put(entry, SpoolPlace.Waiting, _services.Time.After(wait));
            // A probe that found nobody says nothing of this message. One that failed while others got through waits its own time.
            entry.WaitsForBackend = isConnection && wasDown;
        }
    }

    /// <summary>Saves the state. A disk that refuses does not stop mail from leaving it.</summary>
    private async ValueTask SaveAsync(TryWork work, SpoolState state)
    {
        work.State = state;
        try
        {
            await _store.SaveAsync(work.Queue.Tenant, work.Entry.Id, state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogDisk(work.Entry.Id.ToString(), work.Queue.Tenant, e);
        }
    }

    private void Take(SpoolQueue queue, SpoolEntry entry)
    {
        queue.Remove(entry);
        _octets -= entry.Octets;
        _messages--;
    }

    private void RememberRefusals(TryWork work, List<int> some, DeliveryResult result)
    {
        var envelope = work.Message!.Envelope;
        for (var i = 0; i < some.Count; i++)
        {
            if (Reply(result, i) / 100 != 5)
                continue;
            var to = envelope.Recipients[some[i]];
            _services.Recipients.RefusedLate(
                work.Tenant, envelope.Sender, new Protocols.Address.Mailbox(to.Local, to.Domain), Reply(result, i), i < result.RecipientCodes.Count ? result.RecipientCodes[i] : null);
        }
    }

    private void Record(TryWork work, List<int> some, string outcome, int reply, RuleHit? reason = null, string? place = null)
    {
        var envelope = work.Message!.Envelope;
        _outcomes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (string.Equals(outcome, "delivered", StringComparison.Ordinal))
        {
            LogDelivered(work.Entry.Id.ToString(), work.Tenant.Name, work.State.Tries);
            if (envelope.EarnsTrust)
                Trusted?.Invoke(envelope.ClientAddress, envelope.PassedDomain);
        }

        _services.Ledger.Record(new DecisionRecord
        {
            Time = Now,
            Session = envelope.Session,
            Transaction = envelope.Transaction,
            Listener = "spool",
            Tenant = work.Tenant.Name,
            Client = envelope.ClientAddress.ToString(),
            Helo = envelope.Helo,
            Sender = envelope.Sender?.ToString() ?? "",
            Recipients = [.. some.Select(index => new RecipientDecision(new Protocols.Address.Mailbox(envelope.Recipients[index].Local, envelope.Recipients[index].Domain).ToString(), reply, null))],
            Rules = reason is { } hit ? [hit] : [],
            Octets = work.Message.Letter.Length,
            MessageId = envelope.MessageId,
            Backend = place ?? work.Result?.Backend?.ToString(),
            BackendReply = work.Result is { Code: > 0 } result ? Words(result) : null,
            Outcome = outcome,
            Reply = reply,
        });
    }

    private static int Reply(DeliveryResult result, int index) => index < result.RecipientReplies.Count ? result.RecipientReplies[index] : 0;

    private static string Words(DeliveryResult result) => result.Outcome switch
    {
        _ when result.Code > 0 => string.Create(CultureInfo.InvariantCulture, $"{result.Code} {result.BackendText}").TrimEnd(),
        DeliveryOutcome.Unreachable => "the mail server does not answer",
        DeliveryOutcome.Busy => "all connections to the mail server are busy",
        DeliveryOutcome.Unknown => "the connection was lost behind the final dot: the mail server may have it",
        DeliveryOutcome.CannotCarry => "the mail server cannot carry it",
        _ => "",
    };

    /// <summary>A try as it goes on.</summary>
    private sealed class TryWork(SpoolQueue queue, SpoolEntry entry, TenantSettings tenant, GatewaySettings settings)
    {
        internal SpoolQueue Queue { get; } = queue;

        internal SpoolEntry Entry { get; } = entry;

        internal TenantSettings Tenant { get; } = tenant;

        internal GatewaySettings Settings { get; } = settings;

        internal OpenedMessage? Message { get; set; }

        internal SpoolState State { get; set; } = new();

        internal bool HasState { get; set; }

        internal DeliveryResult? Result { get; set; }

        /// <summary>What is to be said of recipients that are left.</summary>
        internal Round Round { get; set; } = new(DeliveryOutcome.Deferred, "");

        /// <summary>Whether the mail server answered anything.</summary>
        internal bool IsAnswered { get; set; }

        internal bool IsGone { get; set; }

        /// <summary>Why it is held from now on; null: it is not.</summary>
        internal string? Hold { get; set; }

        /// <summary>Recipients that are not done with.</summary>
        internal List<int> Remaining() => [.. Enumerable.Range(0, Message!.Envelope.Recipients.Count).Except(State.Done)];
    }

    [LoggerMessage(6310, LogLevel.Error, "Message {Id} of {Tenant} in the spool cannot be read; it is held as it is")]
    private partial void LogUnreadable(string id, string tenant, Exception problem);

    [LoggerMessage(6311, LogLevel.Error, "The spool's disk refused (message {Id} of {Tenant})")]
    private partial void LogDisk(string id, string tenant, Exception problem);

    [LoggerMessage(6315, LogLevel.Error, "The try of message {Id} of {Tenant} failed by a mistake of Garita")]
    private partial void LogFailed(string id, string tenant, Exception problem);

    [LoggerMessage(6312, LogLevel.Error, "Message {Id} of {Tenant} is delivered but could not be removed from the spool: it may be delivered again after a restart")]
    private partial void LogNotRemoved(string id, string tenant, Exception problem);

    [LoggerMessage(6313, LogLevel.Information, "Delivered {Id} of {Tenant} from the spool at try {Tries}")]
    private partial void LogDelivered(string id, string tenant, int tries);

    [LoggerMessage(6314, LogLevel.Information, "The sender of {Id} ({Tenant}) was told that it was not delivered")]
    private partial void LogTold(string id, string tenant);
}
