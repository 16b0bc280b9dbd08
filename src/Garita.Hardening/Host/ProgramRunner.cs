using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Garita.Hardening.Host;

/// <summary>
/// Runs programs of this host that only read: found in the folders of the system alone, without a shell, with an environment of their own and nothing
/// to read, for a limited time and output.
/// </summary>
internal sealed class ProgramRunner
{
    private const int MostOutput = 8 << 20;
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>How long a program may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where a program is; null when it is not installed. A path of its own must be absolute.</summary>
    public static string? Find(string program)
    {
        if (program.StartsWith('/'))
            return MayRun(program) ? program : null;
        return program.Contains('/', StringComparison.Ordinal) ? null : Folders.Select(folder => $"{folder}/{program}").FirstOrDefault(MayRun);
    }

    public CommandResult Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw new CannotLookException($"{program} is not installed"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = string.Join(':', Folders);
        start.Environment["LC_ALL"] = "C";
        start.Environment["HOME"] = "/";
        using var process = Start(program, start);
        process.StandardInput.Close();
        // Threads of their own: a pipe is read blocking, and what a program left behind may hold it open after its end.
        var output = Drain(process, process.StandardOutput.BaseStream);
        var error = Drain(process, process.StandardError.BaseStream);
        if (!Task.WaitAll([output, error], Limit) || !process.WaitForExit(Limit))
        {
            Kill(process);
            throw new CannotLookException(string.Create(CultureInfo.InvariantCulture, $"{program} did not end within {Limit.TotalSeconds:0} s"));
        }

        return output.Result is { } said && error.Result is { } complained
            ? new CommandResult(process.ExitCode, said, complained)
            : throw new CannotLookException(string.Create(CultureInfo.InvariantCulture, $"{program} says more than {MostOutput >> 20} MiB"));
    }

    private static bool MayRun(string path)
    {
        const UnixFileMode anybody = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return LinuxFiles.Look(path, follow: true) is { Kind: FileKind.File } entry && (entry.Mode & anybody) != UnixFileMode.None;
        }
        catch (CannotLookException)
        {
            return false;
        }
    }

    private static Process Start(string program, ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception refused)
        {
            throw new CannotLookException($"{program} cannot be run: {refused.Message}", refused);
        }
    }

    /// <summary>All that comes, or null when it is too much; then the program is ended.</summary>
    private static Task<string?> Drain(Process process, Stream from) => Task.Factory.StartNew(
        () =>
        {
            using var all = new MemoryStream();
            var part = new byte[16 << 10];
            try
            {
                for (int read; (read = from.Read(part)) > 0; all.Write(part, 0, read))
                {
                    if (all.Length + read <= MostOutput)
                        continue;
                    Kill(process);
                    return null;
                }
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException)
            {
                // Its time was over.
            }

            return Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }
}
