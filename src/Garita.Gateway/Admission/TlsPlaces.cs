namespace Garita.Gateway.Admission;

/// <summary>Counts TLS connections against the memory budget: each takes ten times what one in clear text does.</summary>
internal sealed class TlsPlaces
{
    private int _taken;

    /// <summary>TLS connections now.</summary>
    internal int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a place if there is one.</summary>
    /// <param name="most">How many there are.</param>
    internal bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _taken) <= most)
            return true;
        Leave();
        return false;
    }

    internal void Leave() => Interlocked.Decrement(ref _taken);
}
