namespace Garita.Warden.Kernel;

/// <summary>Something that carries out nft commands.</summary>
internal interface INft
{
    /// <summary>Whether it is libnftables; false for the program.</summary>
    bool IsLibrary { get; }

    /// <summary>Carries commands out, all of them or none.</summary>
    /// <param name="commands">The commands, one a line.</param>
    /// <param name="output">What a list command said.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    string? Run(string commands, out string output);
}
