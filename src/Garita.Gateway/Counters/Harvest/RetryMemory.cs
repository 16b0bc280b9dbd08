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
                IsDirty = true;
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
        IsDirty = true;
    }

    /// <summary>Whether there is something that was not written for the next start.</summary>
    internal volatile bool IsDirty;

    /// <summary>Writes it for the next start.</summary>
    internal void Write(BinaryWriter writer)
    {
        foreach (var half in (ReadOnlySpan<Half>)[_passed, _others])
        {
            lock (half)
            {
                writer.Write(half.Tries.Count);
                foreach (var (key, entry) in half.Tries.All())
                {
                    writer.Write(key);
                    writer.Write(entry.Answered ? ~entry.At : entry.At);
                }
            }
        }
    }

    /// <summary>Reads what the last run wrote; what is too old for a retry is left out.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    internal static RetryMemory Read(BinaryReader reader, int now, int until)
    {
        var memory = new RetryMemory();
        foreach (var half in (ReadOnlySpan<Half>)[memory._passed, memory._others])
        {
            for (var left = reader.Number(Most); left > 0; left--)
            {
                var key = reader.ReadUInt64();
                var number = reader.Number(now, least: ~now);
                var at = number < 0 ? ~number : number;
                if (now - at <= until)
                    half.Tries.Set(key, new Entry(at, Answered: number < 0));
            }
        }

        return memory;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(int At, bool Answered);

    private sealed class Half
    {
        internal readonly OldestFirst<Entry> Tries = new(Most);
    }
}
