namespace Garita.Gateway.Evidence.Dns;

/// <summary>Facts made of several answers, kept as long as the shortest-lived of them, so that a client that comes again costs nothing.</summary>
/// <typeparam name="TKey">What the fact is about.</typeparam>
/// <typeparam name="TFact">The fact.</typeparam>
internal sealed class FactCache<TKey, TFact>(TimeProvider time, int capacity)
    where TKey : notnull
    where TFact : class
{
    private static readonly TimeSpan UnknownKept = TimeSpan.FromSeconds(10);
    private readonly BoundedCache<TKey, Kept> _cache = new(capacity);

    internal TFact? Find(TKey key) => _cache.TryGet(key, out var kept) && time.GetTimestamp() < kept.Until ? kept.Fact : null;

    internal TFact Keep(TKey key, TFact fact, TimeSpan ttl)
    {
        if (ttl <= TimeSpan.Zero)
            ttl = UnknownKept;
        _cache.Set(key, new Kept(fact, time.GetTimestamp() + (long)(ttl.TotalSeconds * time.TimestampFrequency)));
        return fact;
    }

    private sealed record Kept(TFact Fact, long Until);
}
