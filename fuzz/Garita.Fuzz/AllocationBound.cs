namespace Garita.Fuzz;

/// <summary>Measures what a parser allocates on this thread and holds it to a bound.</summary>
public static class AllocationBound
{
    /// <summary>Something that parses an input and keeps nothing.</summary>
    public delegate void Parse(ReadOnlySpan<byte> input);

    /// <summary>Runs the parser twice, the second time measured, so that what is made once for the process does not count.</summary>
    /// <param name="parse">The parser, without its oracles.</param>
    /// <param name="input">Its input.</param>
    /// <param name="bytes">The most bytes it may allocate.</param>
    public static void Check(Parse parse, ReadOnlySpan<byte> input, long bytes)
    {
        parse(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        parse(input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        OracleException.ThrowUnless(allocated <= bytes, $"allocated {allocated} bytes for {input.Length} octets, allowed are {bytes}");
    }
}
