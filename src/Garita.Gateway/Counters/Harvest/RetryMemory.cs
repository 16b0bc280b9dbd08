using System.Runtime.InteropServices;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>What a try is to those before it.</summary>
internal enum Try : byte
{
    /// <summary>The first, or the one before is too long ago.</summary>
    First,
    /// <summary>Too soon after the first.</summary>
    TooSoon,
    /// <summary>A retry as mail servers make them.</summary>
    Retry,
    /// <summary>It was answered before; the same answer tells nothing new.</summary>
    Answered,
}

/// <summary>
/// First tries that were put off, by sender's domain or network, sender and recipient. Bounded; those whose SPF passed have a half of their
/// own, so that a flood of others does not make them forgotten.
/// </summary>
internal sealed class RetryMemory
{
    /// <summary>At most so many of each half.</summary>
    internal const int Most = 100_000;

    private readonly Half _passed = new();
    private readonly Half _others = new();

    /// <summary>A try.</summary>
    /// <param name="key">Who, from whom, to whom.</param>
    /// <param name="spfPassed">Whether SPF passed.</param>
    /// <param name="now">Seconds of the clock.</param>
    /// <param name="after">A retry comes so many seconds after the first at the earliest.</param>
    /// <param name="until">And so many at the latest.</param>
    internal Try Note(ulong key, bool spfPassed, int now, int after, int until)
    {
        var half = spfPassed ? _passed : _others;
        lock (half)
        {
            if (!half.Tries.TryGet(key, out var entry) || now - entry.At > until)
            {
                half.Tries.Set(key, new Entry(now, Answered: false));
                return Try.First;
            }

            if (entry.Answered)
                return Try.Answered;
            return now - entry.At < after ? Try.TooSoon : Try.Retry;
        }
    }

    /// <summary>A retry gets its answer.</summary>
    internal void Answer(ulong key, bool spfPassed, int now)
    {
        var half = spfPassed ? _passed : _others;
        lock (half)
            half.Tries.Set(key, new Entry(now, Answered: true));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(int At, bool Answered);

    private sealed class Half
    {
        internal readonly OldestFirst<Entry> Tries = new(Most);
    }
}
