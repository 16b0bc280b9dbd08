using System.CommandLine;
using Garita.Commands;

namespace Garita.Tests;

/// <summary>Runs a command line within the test's process.</summary>
internal static class GaritaCommand
{
    /// <summary>All that it says.</summary>
    public static async Task<(int Exit, string Text)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        var exit = await CommandLine.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = output });
        return (exit, output.ToString());
    }

    /// <summary>What it says on the one and the other.</summary>
    public static async Task<(int Code, string Text, string Error)> RunApartAsync(params string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
