using System.Text;
using Garita.Gateway.Admission;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Dialogue.Smtp;

/// <content>
/// What its place is worth, and how long it may keep it. A session gets on when it goes further than ever since its last message, brings a
/// recipient, or data as fast as an honest client does; NOOP, RSET and data at a trickle earn nothing.
/// </content>
internal sealed partial class SmtpSession
{
    /// <summary>Data slower than this earns nothing: half of what a client on a bad line manages, octets a second.</summary>
    internal const int HonestRate = 16 * 1024;

    private static readonly TimeSpan GreetingDelay = TimeSpan.FromSeconds(1);

    /// <summary>One that was evicted while it worked has so long to come to its next wait.</summary>
    private static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(1);

    /// <summary>Since when it is waited for a command, for data or for reading; 0: it is not.</summary>
    private long _patienceSince;
    private Step _furthest;
    private bool _hasLeft;
    /// <summary>What is said at the next wait in place of waiting: it was evicted while it worked.</summary>
    private byte[]? _leaveWith;
    private long _leaveBy;
    private long _dataAt;
    private long _dataOctets;
    private Settings.ClientLimits? _limits;

    /// <summary>The steps of a dialogue that count as getting on.</summary>
    internal enum Step : byte
    {
        None,
        Hello,
        Tls,
        Mail,
        Recipient,
        Data,
    }

    /// <summary>Whether its network is trusted.</summary>
    internal bool IsTrusted { get; private set; }

    /// <summary>Counts the session under the client that PROXY announced, whose limits are those of any other.</summary>
    /// <returns>False when it has too many connections already; it is told so.</returns>
    internal bool CountAnnounced()
    {
        var client = Connection.Address;
        if (RuleCatalogue.Banned.Judge(new BanFacts(House.Bans.IsBanned(client))) is { IsBreach: true } banned)
        {
            House.Services.Metrics.ConnectionTurnedAway("banned");
            House.Reception.TurnedAway.Add(client, Listener.Name, AdmissionAnswer.Banned);
            Say(banned.Code, banned.Enhanced, banned.Text!);
            _closing = true;
            return false;
        }

        var answer = House.Reception.TryCount(client, Policy, Listener, brings: false, House.Slots, out var isTrusted, out var rank);
        if (answer != AdmissionAnswer.Admitted)
        {
            House.Services.Metrics.ConnectionTurnedAway(TurnedAway.Slug(answer));
            House.Reception.TurnedAway.Add(client, Listener.Name, answer);
            Say(TurnedAway.Line(answer).Span);
            _closing = true;
            return false;
        }

        House.Reception.Counts.Leave(Counted, IsTrusted);
        Counted = client;
        IsTrusted = isTrusted;
        Rank = rank;
        KeepPlace(rank, House.Time.GetTimestamp());
        return true;
    }

    /// <summary>Moves it to the end of those that may be evicted; one that has no place any more stays out, or it would be evicted for another's.</summary>
    private void KeepPlace(PlaceRank rank, long now)
    {
        if (!IsEvicted)
            House.Reception.Order.Advance(this, rank, now);
    }

    /// <summary>Goes a step further; nothing where it was there before since its last message.</summary>
    internal void Advance(Step step)
    {
        if (step <= _furthest && step != Step.Recipient)
            return;
        _furthest = step > _furthest ? step : _furthest;
        KeepPlace(Rank, House.Time.GetTimestamp());
    }

    /// <summary>Data has come; counts where it comes at an honest rate.</summary>
    internal void AdvanceData(long octets)
    {
        var now = House.Time.GetTimestamp();
        if (octets < _dataOctets || _dataAt == 0)
        {
            (_dataAt, _dataOctets) = (now, octets);
            return;
        }

        if ((octets - _dataOctets) * House.Time.TimestampFrequency < (now - _dataAt) * HonestRate)
            return;
        (_dataAt, _dataOctets) = (now, octets);
        KeepPlace(Rank, now);
    }

    /// <summary>It waits for the mail server's answer: never evicted.</summary>
    internal void HoldPlace() => House.Reception.Order.Leave(this);

    /// <summary>The mail server has answered; a message that was taken lets it begin anew, and it is no longer one of a crowd.</summary>
    internal void ReleasePlace(bool delivered)
    {
        if (delivered)
        {
            _furthest = Step.Tls;
            if (Rank == PlaceRank.Crowded)
                Rank = PlaceRank.Stranger;
        }

        _dataAt = 0;
        KeepPlace(Rank, House.Time.GetTimestamp());
    }

    /// <summary>On the accept thread or the heartbeat: closed with 421 at once, since its place is needed.</summary>
    internal override void Evict()
    {
        SentAway(AdmissionAnswer.Evicted);
        // The newcomer has the place from here on; this session ends when its thread gets to it.
        LeavePlace();
        var farewell = AdmissionLine.Of(new AdmissionFacts(AdmissionFault.LeastWorth, 0, 0, ""), Id.ToString());
        Volatile.Write(ref _leaveWith, farewell);
        if (Interlocked.CompareExchange(ref _turn, Ended, Waiting) == Waiting)
            Connection.Dismiss(farewell);
        else if (Interlocked.CompareExchange(ref _turn, Ended, Working) == Working)
            Volatile.Write(ref _leaveBy, House.In(LeaveWithin));
        else
            // It began to wait between the two looks.
            Connection.Abort();
        Wake();
    }

    /// <summary>
    /// Cuts one that was evicted and does not come to its next wait: it is in a handshake that does not go on, sends to a client that does not
    /// read, or waits for somebody's DNS. Without this it would keep its socket, with no place, for as long as that takes. One that has brought a
    /// message gets its answer: it ends at its next wait.
    /// </summary>
    private void LeaveNow(long now)
    {
        if (Volatile.Read(ref _leaveBy) is var by && (by == 0 || now < by || State == Protocols.Smtp.SessionState.Data))
            return;
        Volatile.Write(ref _leaveBy, 0);
        Connection.Abort();
    }

    /// <summary>Whoever was evicted is not drained: its place is needed, and its socket too.</summary>
    private bool IsEvicted => Volatile.Read(ref _leaveWith) is not null;

    private void LeavePlace()
    {
        if (!Interlocked.Exchange(ref _hasLeft, true))
            House.Reception.Counts.Leave(Counted, IsTrusted);
    }

    private void CutSlow()
    {
        if (Volatile.Read(ref _turn) != Ended)
            SentAway(AdmissionAnswer.SlowClient);
        Cut(AdmissionLine.Of(new AdmissionFacts(AdmissionFault.Slow, 0, 0, ""), Id.ToString()));
    }

    private void SentAway(AdmissionAnswer why)
    {
        House.Services.Metrics.RuleHit(TurnedAway.Slug(why), "reject");
        House.Reception.TurnedAway.Add(Connection.Address, Listener.Name, why);
    }

    /// <summary>Starts the clock of a command, of the next data or of reading; it runs on where it runs already, unless it is to start anew.</summary>
    private void BeginPatience(bool anew)
    {
        if (anew || Volatile.Read(ref _patienceSince) == 0)
            Volatile.Write(ref _patienceSince, House.Time.GetTimestamp());
    }

    internal void EndPatience() => Volatile.Write(ref _patienceSince, 0);

    /// <summary>In overload a stranger gets the greeting in two parts: whoever talks before its end does not listen.</summary>
    private async ValueTask<bool> DelayGreetingAsync()
    {
        if (!House.Reception.DelaysGreeting(IsTrusted, GreetingDelay) || Listener.Tls == Settings.ListenerTls.Implicit)
            return true;
        Say(Encoding.ASCII.GetBytes($"220-{Policy.Settings.Hostname} ESMTP Garita\r\n"));
        await FlushAsync();
        // Waits as a client does, so that it can be evicted meanwhile.
        if (!BeginWaiting())
            return false;
        await SlowAsync(GreetingDelay);
        if (!EndWaiting())
            return false;
        return !Connection.HasInput || TalkedEarly() is not { } refusal || Refuse(refusal);
    }

    /// <summary>Says a rate that is exceeded; false for callers that go no further.</summary>
    internal Refusal? Exceeds(RateKind kind)
    {
        // PROXY is over when the first is asked for: the client stays who it is.
        _limits ??= Settings.ClientLimits.For(Connection.Address, Policy.Settings.Limits, Listener);
        return House.Reception.Exceeds(kind, Connection.Address, _limits.Value) is { } facts
            ? Judge(Policy.Settings.Rules, null, Envelope?.Hits ?? SessionHits).Judge(RuleCatalogue.Admission, facts)
            : null;
    }
}
