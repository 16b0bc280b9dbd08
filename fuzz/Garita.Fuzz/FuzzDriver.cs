namespace Garita.Fuzz;

/// <summary>What a run came to.</summary>
/// <param name="Inputs">How many inputs were run.</param>
/// <param name="Failing">The input that broke an oracle, or null.</param>
/// <param name="Error">How, or null.</param>
public sealed record FuzzResult(long Inputs, byte[]? Failing, Exception? Error);

/// <summary>The built-in driver: blind mutation of the seeds, the same inputs for the same number. AFL finds more, this needs nothing installed.</summary>
public static class FuzzDriver
{
    /// <summary>Runs the seeds, then mutated inputs for as long as it is told to go on.</summary>
    /// <param name="target">The target.</param>
    /// <param name="seed">Number that decides all mutations.</param>
    /// <param name="goOn">Asked before each mutated input, with the number of inputs so far.</param>
    public static FuzzResult Run(IFuzzTarget target, int seed, Func<long, bool> goOn)
    {
        var inputs = 0L;
        foreach (var input in target.Seeds)
        {
            inputs++;
            if (Try(target, input) is { } error)
                return new FuzzResult(inputs, input, error);
        }

        var mutator = new Mutator(target.Seeds, seed);
        while (goOn(inputs))
        {
            inputs++;
            var input = mutator.Next();
            if (Try(target, input) is { } error)
                return new FuzzResult(inputs, input, error);
        }

        return new FuzzResult(inputs, null, null);
    }

    private static Exception? Try(IFuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }
}
