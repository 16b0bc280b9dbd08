using System.Diagnostics;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    /// <summary>What it says on standard output; it must end well.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output, error) = await EndAsync(new ProcessStartInfo(program, arguments));
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}: {output}{error}");
        return output;
    }

    /// <summary>All that it says, however it ends.</summary>
    public static Task<(int Code, string Text)> TryAsync(string program, params string[] arguments) => TryAsync(new ProcessStartInfo(program, arguments));

    /// <summary>All that it says, however it ends.</summary>
    public static async Task<(int Code, string Text)> TryAsync(ProcessStartInfo start, string input = "")
    {
        var (code, output, error) = await EndAsync(start, input);
        return (code, output + error);
    }

    /// <summary>Likewise, for who cannot await: on another thread, so that no test waits for itself.</summary>
    public static (int Code, string Text) Try(string program, params string[] arguments) => Task.Run(() => TryAsync(program, arguments)).GetAwaiter().GetResult();

    /// <summary>What it says on the one and the other, however it ends.</summary>
    public static async Task<(int Code, string Output, string Error)> EndAsync(ProcessStartInfo start, string input = "")
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all: what it says tells why.
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>The folder that the project lies in.</summary>
    public static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Garita.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("the repository");
        return folder;
    }
}
