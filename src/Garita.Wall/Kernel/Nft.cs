using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Garita.Wall.Kernel;

/// <summary>The program nft(8), which loads and lists rulesets. Its text goes through a pipe, never through a shell.</summary>
public static class Nft
{
    /// <summary>Where it is; where it would be, when it is in none of the usual places: a bare name would be looked for in the current folder first.</summary>
    public static string Path { get; } = Find() ?? "/usr/sbin/nft";

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
        var start = new ProcessStartInfo(Path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            throw new NftException($"nft cannot be run ({problem.Message}): install nftables", problem);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read all: its errors say why.
            }

            var text = await output;
            var said = await errors;
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? text : throw new NftException($"nft {string.Join(' ', arguments)}: {said.Trim()}");
        }
    }
}
