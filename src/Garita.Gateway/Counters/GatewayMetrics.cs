using System.Diagnostics.Metrics;

namespace Garita.Gateway.Counters;

/// <summary>
/// What is counted for the administrator, under Prometheus names with base units. Counting is lock-free and allocates nothing per event;
/// whoever exports listens to the meter <see cref="MeterName"/>.
/// </summary>
public sealed class GatewayMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Garita";

    private readonly Counter<long> _connections;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _octets;
    private readonly Counter<long> _recipients;
    private readonly Counter<long> _ruleHits;
    private readonly Counter<long> _smuggling;
    private readonly Histogram<double> _relay;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<(string Rule, string Verdict), Tally> _tallies = new();
    private long _accepted;
    private long _delivered;
    private long _refused;

    private sealed class Tally
    {
        internal long Count;
    }

    /// <summary>Makes the instruments.</summary>
    public GatewayMetrics()
    {
        Meter = new Meter(MeterName);
        _connections = Meter.CreateCounter<long>("garita_connections_total", description: "Connections accepted or turned away, by answer");
        _messages = Meter.CreateCounter<long>("garita_messages_total", description: "Messages by outcome");
        _octets = Meter.CreateCounter<long>("garita_message_bytes_total", description: "Octets of messages received");
        _recipients = Meter.CreateCounter<long>("garita_recipients_total", description: "Recipients by answer");
        _ruleHits = Meter.CreateCounter<long>("garita_rule_hits_total", description: "Rules that had something to say, by verdict");
        _smuggling = Meter.CreateCounter<long>("garita_smuggling_stopped_total", description: "Messages stopped for a misframed dot-line or NUL");
        _relay = Meter.CreateHistogram<double>("garita_reply_seconds", description: "From the final dot to the answer");
    }

    /// <summary>The meter, for instruments that other parts add.</summary>
    public Meter Meter { get; }

    /// <summary>Connections accepted since the start.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Messages that a mail server took.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Messages and recipients refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Hits by rule and verdict.</summary>
    public IReadOnlyDictionary<string, long> RuleHits() =>
        _tallies.ToDictionary(static hit => $"{hit.Key.Rule} {hit.Key.Verdict}", static hit => Interlocked.Read(ref hit.Value.Count), StringComparer.Ordinal);

    /// <summary>A connection was accepted.</summary>
    public void ConnectionAccepted()
    {
        Interlocked.Increment(ref _accepted);
        _connections.Add(1, new KeyValuePair<string, object?>("answer", "accepted"));
    }

    /// <summary>A connection was turned away.</summary>
    /// <param name="why">Why.</param>
    public void ConnectionTurnedAway(string why) => _connections.Add(1, new KeyValuePair<string, object?>("answer", why));

    /// <summary>A rule had something to say.</summary>
    /// <param name="rule">Slug.</param>
    /// <param name="verdict">Verdict.</param>
    public void RuleHit(string rule, string verdict)
    {
        _ruleHits.Add(1, new KeyValuePair<string, object?>("rule", rule), new KeyValuePair<string, object?>("verdict", verdict));
        Interlocked.Increment(ref _tallies.GetOrAdd((rule, verdict), static _ => new Tally()).Count);
    }

    /// <summary>A recipient was answered.</summary>
    /// <param name="accepted">Whether it was accepted.</param>
    public void Recipient(bool accepted)
    {
        _recipients.Add(1, new KeyValuePair<string, object?>("answer", accepted ? "accepted" : "refused"));
        if (!accepted)
            Interlocked.Increment(ref _refused);
    }

    /// <summary>A message was answered.</summary>
    /// <param name="outcome">As in the decision record.</param>
    /// <param name="octets">Its size.</param>
    /// <param name="seconds">From the final dot to the answer.</param>
    public void Message(string outcome, long octets, double seconds)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _octets.Add(octets);
        _relay.Record(seconds);
        if (outcome is "delivered")
            Interlocked.Increment(ref _delivered);
        else if (outcome is "refused" or "deferred")
            Interlocked.Increment(ref _refused);
    }

    /// <summary>A smuggling attempt was stopped.</summary>
    public void SmugglingStopped() => _smuggling.Add(1);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
