using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Garita.Gateway.Dialogue.Smtp;
using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Admission;

/// <summary>
/// Connections that were turned away at accept, summed by network and minute: one record for each, so that a flood fills no ledger.
/// Beyond a thousand networks in a minute the rest is one record together.
/// </summary>
internal sealed class TurnedAway(ILedger ledger, TimeProvider time)
{
    internal const int MostNetworks = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly byte[] FullLine = "421 4.3.2 all places are taken, try again later (full)\r\n"u8.ToArray();
    private static readonly byte[] LimitLine = AdmissionLine.Of(new AdmissionFacts(AdmissionFault.Connections, 0, 0, ""));
    private static readonly byte[] RateLine = "421 4.7.0 too many connections from your network within a minute, try again later (rate-limit)\r\n"u8.ToArray();

    private readonly Lock _lock = new();
    private Dictionary<ulong, Sum> _sums = [];
    private long _others;
    private long _due;

    /// <summary>Counts one.</summary>
    internal void Add(IPAddress client, string listener, AdmissionAnswer why)
    {
        var key = ClientNetwork.NetworkKey(client);
        lock (_lock)
        {
            if (_due == 0)
                Volatile.Write(ref _due, time.GetTimestamp() + (long)(Interval.TotalSeconds * time.TimestampFrequency));
            if (_sums.Count >= MostNetworks && !_sums.ContainsKey(key))
            {
                _others++;
                return;
            }

            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, key, out var isThere);
            if (!isThere)
                sum = new Sum { First = client, Listener = listener, Why = why };
            sum.Count++;
        }
    }

    /// <summary>Writes the records of a minute that is over.</summary>
    /// <param name="now">The clock's time stamp.</param>
    internal void Beat(long now)
    {
        if (Volatile.Read(ref _due) is var due and not 0 && now >= due)
            Write();
    }

    /// <summary>Writes the records now.</summary>
    internal void Write()
    {
        Dictionary<ulong, Sum> sums;
        long others;
        lock (_lock)
        {
            (sums, _sums) = (_sums, []);
            (others, _others) = (_others, 0);
            Volatile.Write(ref _due, 0);
        }

        foreach (var sum in sums.Values)
            Record(sum.Why, sum.First.ToString(), sum.Listener, string.Create(CultureInfo.InvariantCulture, $"{sum.Count} within a minute from {ClientNetwork.Text(sum.First)}, the first from this client: {Words(sum.Why)}"));
        if (others > 0)
            Record(AdmissionAnswer.Full, "many", "any", string.Create(CultureInfo.InvariantCulture, $"{others} within a minute from networks beyond the first {MostNetworks}"));
    }

    /// <summary>What the client is told.</summary>
    internal static ReadOnlyMemory<byte> Line(AdmissionAnswer why) => why switch
    {
        AdmissionAnswer.ClientLimit or AdmissionAnswer.NetworkLimit => LimitLine,
        AdmissionAnswer.RateLimit => RateLine,
        _ => FullLine,
    };

    /// <summary>The rule, for record and metric; "full" where no rule but the number of places is the reason.</summary>
    internal static string Slug(AdmissionAnswer why) => why switch
    {
        AdmissionAnswer.ClientLimit or AdmissionAnswer.NetworkLimit => "connection-limit",
        AdmissionAnswer.RateLimit => "rate-limit",
        AdmissionAnswer.Banned => "banned",
        AdmissionAnswer.Evicted => "evicted",
        AdmissionAnswer.SlowClient => "slow-client",
        _ => "full",
    };

    private static string Words(AdmissionAnswer why) => why switch
    {
        AdmissionAnswer.Banned => "garita bans list shows the ban",
        AdmissionAnswer.ClientLimit => "limits.connections_per_client",
        AdmissionAnswer.NetworkLimit => "limits.connections_per_network",
        AdmissionAnswer.RateLimit => "limits.connections_per_minute",
        AdmissionAnswer.Evicted => "all places were taken, and theirs was worth least",
        AdmissionAnswer.SlowClient => "slower than any honest client",
        _ => "limits.connections",
    };

    private void Record(AdmissionAnswer why, string client, string listener, string detail) => ledger.Record(new DecisionRecord
    {
        Time = time.GetUtcNow(),
        Session = SessionId.Next(time).ToString(),
        Listener = listener,
        Client = client,
        Rules = [new RuleHit(Slug(why), "reject", detail)],
        Outcome = "turned-away",
        // Who is banned gets no answer.
        Reply = why == AdmissionAnswer.Banned ? 0 : 421,
    });

    private struct Sum
    {
        internal IPAddress First;
        internal string Listener;
        internal AdmissionAnswer Why;
        internal long Count;
    }
}
