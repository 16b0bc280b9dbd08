using System.Net;
using Garita.Gateway.Counters;
using Garita.Gateway.Dialogue.Smtp;
using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Admission;

/// <summary>
/// Who may connect and stay: limits by client and network, pressure, and who leaves when all places are taken. Asked on the accept thread
/// before there is a session, so it allocates nothing for whoever comes in or is turned away.
/// </summary>
internal sealed class Reception(ILedger ledger, TrustBook trust, GatewayMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>One place of so many is kept for trusted networks.</summary>
    private const int ReservedOf = 10;

    /// <summary>A network with more connections than this share of the places is crowded, at the least so many.</summary>
    private const int CrowdOf = 256;
    private const int CrowdAtLeast = 8;

    private static readonly Rule ConnectionLimitRule = RuleCatalogue.BySlug["connection-limit"];
    private static readonly Rule RateLimitRule = RuleCatalogue.BySlug["rate-limit"];

    /// <summary>No honest client is slower at a command, at data or at reading, by level.</summary>
    private readonly long[] _patience = [.. new[] { 300, 60, 10 }.Select(seconds => seconds * time.TimestampFrequency)];
    private readonly RateCounter _arrivals = new(TimeSpan.FromMinutes(1), time);
    private readonly RateCounter _messages = new(TimeSpan.FromHours(1), time);
    private readonly RateCounter _recipients = new(TimeSpan.FromHours(1), time);
    private readonly RateCounter _handshakes = new(TimeSpan.FromMinutes(1), time);
    private long _lastEviction = long.MinValue / 2;
    private long _lastLife = long.MaxValue;

    internal ConnectionCounts Counts { get; } = new();

    internal PressureGauge Pressure { get; } = new(log);

    internal EvictionOrder Order { get; } = new();

    /// <summary>Connections that were turned away or sent away, summed for the record.</summary>
    internal TurnedAway TurnedAway { get; } = new(ledger, time);

    /// <summary>The level as it is for a client: a trusted one has the patience of the level below.</summary>
    internal PressureLevel LevelFor(bool isTrusted) => isTrusted && Pressure.Level == PressureLevel.Overload ? PressureLevel.Pressure : Pressure.Level;

    /// <summary>How long a client may take for a command, for the next octets of data or for reading, in time stamp units.</summary>
    internal long PatienceFor(bool isTrusted) => _patience[(int)LevelFor(isTrusted)];

    /// <summary>Whether places are so short that nobody is kept waiting on purpose.</summary>
    internal bool PlacesAreShort => Pressure.Level == PressureLevel.Overload;

    /// <summary>
    /// Whether a stranger waits for the second half of the greeting. Where places change hands faster than the wait would take, it would only
    /// make the honest ones the least worthy, so it is left out.
    /// </summary>
    internal bool DelaysGreeting(bool isTrusted, TimeSpan delay) =>
        !isTrusted && Pressure.Level == PressureLevel.Overload
        && (time.GetElapsedTime(Volatile.Read(ref _lastEviction)) > delay * 2 || Volatile.Read(ref _lastLife) > (long)(delay.TotalSeconds * 2 * time.TimestampFrequency));

    /// <summary>Asks for a place.</summary>
    /// <param name="client">The client; of a proxy, the proxy.</param>
    /// <param name="policy">The policy in force.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="slots">Places in all.</param>
    /// <param name="brings">Whether it is a proxy, which brings the connections of many: no limit is its own.</param>
    /// <param name="isTrusted">Whether its network is trusted.</param>
    /// <param name="rank">What its place is worth.</param>
    internal AdmissionAnswer TryEnter(IPAddress client, Policy policy, ListenerSettings listener, int slots, bool brings, out bool isTrusted, out PlaceRank rank)
    {
        var answer = TryCount(client, policy, listener, brings, slots, out isTrusted, out rank);
        if (answer != AdmissionAnswer.Admitted || MakeRoom(isTrusted, slots))
            return answer;
        Counts.Leave(client, isTrusted);
        return AdmissionAnswer.Full;
    }

    /// <summary>Counts a client whose connection has its place already: announced by PROXY.</summary>
    internal AdmissionAnswer TryCount(IPAddress client, Policy policy, ListenerSettings listener, bool brings, int slots, out bool isTrusted, out PlaceRank rank)
    {
        isTrusted = brings || trust.IsTrusted(client, policy.Settings.Networks);
        rank = isTrusted ? PlaceRank.Trusted : PlaceRank.Stranger;
        var limits = brings ? new ClientLimits(int.MaxValue, int.MaxValue, 0, 0, 0, 0) : ClientLimits.For(client, policy.Settings.Limits, listener);

        // From pressure up; counted before, so that the first minute of an attack counts too.
        if (!isTrusted && limits.ConnectionsPerMinute > 0
            && _arrivals.Add(ClientNetwork.ClientKey(client)) > limits.ConnectionsPerMinute
            && Pressure.Level != PressureLevel.Calm && Holds(RateLimitRule, client, policy))
            return AdmissionAnswer.RateLimit;

        var answer = Counts.TryEnter(client, isTrusted, limits.ConnectionsPerClient, limits.ConnectionsPerNetwork, out var ofNetwork);
        if (answer != AdmissionAnswer.Admitted && !Holds(ConnectionLimitRule, client, policy))
            answer = Counts.TryEnter(client, isTrusted, int.MaxValue, int.MaxValue, out ofNetwork);
        if (!isTrusted && ofNetwork > Math.Max(CrowdAtLeast, slots / CrowdOf))
            rank = PlaceRank.Crowded;
        return answer;
    }

    /// <summary>Counts a message, recipient or handshake of a client.</summary>
    /// <returns>What there is too much of, or null.</returns>
    internal AdmissionFacts? Exceeds(RateKind kind, IPAddress client, in ClientLimits limits)
    {
        var (counter, most, what) = kind switch
        {
            RateKind.Message => (_messages, limits.MessagesPerHour, "messages"),
            RateKind.Recipient => (_recipients, limits.RecipientsPerHour, "recipients"),
            _ => (_handshakes, limits.HandshakesPerMinute, "TLS handshakes"),
        };
        if (most == 0)
            return null;
        var counted = counter.Add(ClientNetwork.ClientKey(client));
        return counted > most ? new AdmissionFacts(AdmissionFault.Rate, (int)counted, most, what) : null;
    }

    /// <summary>Takes the measures of a heartbeat.</summary>
    internal void Beat(long now, int slots, double memory, TimeSpan late)
    {
        Pressure.Measure((double)Counts.Total / slots, memory, late);
        TurnedAway.Beat(now);
    }

    /// <summary>Sends the least worthy away where all places are taken.</summary>
    /// <returns>False when there is nobody who may be sent away.</returns>
    private bool MakeRoom(bool isTrusted, int slots)
    {
        var total = Counts.Total;
        Pressure.Rise((double)total / slots);
        if (total <= slots && (isTrusted || Counts.Strangers <= slots - (slots / ReservedOf)))
            return true;
        if (Order.TakeLeast(PlaceRank.Trusted) is not { } least)
            return false;
        var now = time.GetTimestamp();
        Volatile.Write(ref _lastLife, now - least.ProgressAt);
        Volatile.Write(ref _lastEviction, now);
        least.Evict();
        return true;
    }

    /// <summary>Whether a limit that is reached is enforced: its mode, and exceptions.</summary>
    private bool Holds(Rule rule, IPAddress client, Policy policy)
    {
        var mode = policy.Settings.Rules[rule];
        if (mode == RuleMode.Off)
            return false;
        var isExcepted = !policy.Exceptions.IsEmpty && policy.Exceptions.LetsPast(rule.Slug, new ExceptionSubject(client, null, null, null), time.GetUtcNow()) is not null;
        var holds = mode == RuleMode.Reject && !isExcepted;
        metrics.RuleHit(rule.Slug, holds ? "reject" : isExcepted ? "excepted" : "shadow");
        return holds;
    }
}

/// <summary>What a rate counts.</summary>
internal enum RateKind : byte
{
    Message,
    Recipient,
    Handshake,
}
