using System.ComponentModel;
using System.Diagnostics;
using Garita.Hardening.Host;

namespace Garita.Hardening.Repairs;

/// <summary>The programs of this host, found in the folders that only root can write to, never by the caller's PATH.</summary>
public sealed class Programs : IPrograms
{
    private const string SafePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <inheritdoc/>
    public bool Has(string program) => Find(program) is not null;

    /// <inheritdoc/>
    public CommandResult Run(string program, IReadOnlyList<string> arguments, TimeSpan patience)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw new RepairException($"{program} is not installed"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = SafePath;
        start.Environment["LC_ALL"] = "C";
        start.Environment["HOME"] = "/root";
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["NEEDRESTART_MODE"] = "l";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(patience))
            {
                process.Kill(entireProcessTree: true);
                throw new RepairException($"{program} did not end within {patience.TotalSeconds:0} s");
            }

            // A daemon that it started may keep the pipes open: what was said until now is enough.
            var said = Task.WhenAll(output, error).Wait(TimeSpan.FromSeconds(2));
            return new(process.ExitCode, said || output.IsCompletedSuccessfully ? output.Result : "", said || error.IsCompletedSuccessfully ? error.Result : "");
        }
        catch (Win32Exception problem)
        {
            throw new RepairException($"{program} cannot be run: {problem.Message}");
        }
    }

    private static string? Find(string program) => program.StartsWith('/')
        ? File.Exists(program) ? program : null
        : SafePath.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
