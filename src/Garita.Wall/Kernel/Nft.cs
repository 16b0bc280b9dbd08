using System.ComponentModel;
using Garita.Machine.Programs;

namespace Garita.Wall.Kernel;

/// <summary>The program nft(8), which loads and lists rulesets. Its text goes through a pipe, never through a shell.</summary>
public static class Nft
{
    // A listing of sets that are full.
    private const int MostOutput = 256 << 20;

    /// <summary>Where it is; its name alone where it is in none of the usual places.</summary>
    public static string Path { get; } = Find() ?? "nft";

    /// <summary>Where Debian and others have it; null when it is in none of the usual places.</summary>
    public static string? Find() => Array.Find(["/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft"], File.Exists);

    /// <summary>Checks a ruleset with the kernel; nothing is loaded.</summary>
    /// <param name="text">The ruleset.</param>
    /// <exception cref="NftException">The kernel would not take it.</exception>
    public static Task CheckAsync(string text) => RunAsync(text, "-c", "-f", "-");

    /// <summary>Loads a ruleset: all of it or nothing.</summary>
    /// <param name="text">The ruleset.</param>
    /// <exception cref="NftException">The kernel did not take it.</exception>
    public static Task LoadAsync(string text) => RunAsync(text, "-f", "-");

    /// <summary>Runs it.</summary>
    /// <param name="input">What it reads.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="NftException">It failed.</exception>
    public static async Task<string> RunAsync(string input, params string[] arguments)
    {
        // The program is waited for on a thread of its own.
        var result = await Task.Factory.StartNew(() => Run(input, arguments), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return result.ExitCode == 0 ? result.Output : throw new NftException($"nft {string.Join(' ', arguments)}: {result.Error.Trim()}");
    }

    /// <summary>Runs it and waits.</summary>
    /// <param name="input">What it reads.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it said, also when it failed.</returns>
    /// <exception cref="NftException">It cannot be run, or does not end.</exception>
    public static CommandResult Run(string input, params string[] arguments)
    {
        try
        {
            return new ProgramCall(Path, arguments) { Name = "nft", Input = input, MostOutput = MostOutput }.Run();
        }
        catch (ProgramException problem)
        {
            throw new NftException(problem.InnerException is Win32Exception ? problem.Message + ": install nftables" : problem.Message, problem);
        }
    }
}
