namespace Garita.Gateway.Admission;

/// <summary>
/// Gives the heap that a flood or large messages made back once they are over. The collector alone would keep it: it collects when something
/// is allocated, and a gateway that is quiet allocates nothing.
/// </summary>
internal sealed class HeapTrim
{
    /// <summary>A quiet time.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Who allocates less than this within it is quiet, octets.</summary>
    internal const long Quiet = 4L << 20;

    /// <summary>More than this must have come on top of what was left the last time, octets.</summary>
    internal const long Worth = 12L << 20;

    private readonly TimeProvider _time;
    private readonly Func<long> _allocated;
    private readonly Func<long> _committed;
    private readonly Action _collect;
    private long _due;
    private long _allocatedBefore;
    private long _left;
    private int _collecting;

    /// <summary>For this process.</summary>
    internal HeapTrim(TimeProvider time)
        : this(time, static () => GC.GetTotalAllocatedBytes(), static () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, Collect)
    {
    }

    /// <summary>For another measure than the process.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="allocated">Octets allocated since the start.</param>
    /// <param name="committed">Octets the heap holds, as of the last collection.</param>
    /// <param name="collect">Collects and gives back.</param>
    internal HeapTrim(TimeProvider time, Func<long> allocated, Func<long> committed, Action collect)
    {
        _time = time;
        _allocated = allocated;
        _committed = committed;
        _collect = collect;
        _allocatedBefore = allocated();
        _left = committed();
    }

    /// <summary>The collection that runs or ran last; for tests.</summary>
    internal Task Last { get; private set; } = Task.CompletedTask;

    /// <summary>Looks whether it is time; collects behind.</summary>
    /// <param name="now">The clock's time stamp.</param>
    internal void Beat(long now)
    {
        if (now < _due)
            return;
        _due = now + (long)(Every.TotalSeconds * _time.TimestampFrequency);
        var allocated = _allocated();
        var since = allocated - _allocatedBefore;
        _allocatedBefore = allocated;
        if (since > Quiet || _committed() - Volatile.Read(ref _left) <= Worth || Interlocked.Exchange(ref _collecting, 1) != 0)
            return;
        Last = Task.Run(Trim);
    }

    private void Trim()
    {
        _collect();
        Volatile.Write(ref _left, _committed());
        Volatile.Write(ref _collecting, 0);
    }

    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
