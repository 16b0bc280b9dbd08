namespace Garita.Fuzz;

/// <summary>A parser under attack, with the oracles that judge it.</summary>
public interface IFuzzTarget
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>Inputs to begin with.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Runs one input and throws when an oracle is broken: <see cref="OracleException"/>, or whatever the parser itself throws.</summary>
    void Run(ReadOnlySpan<byte> input);
}
