using System.ComponentModel;
using System.Diagnostics;
using Garita.Machine.Programs;

namespace Garita.WayBack;

/// <summary>Starts a process that outlives the terminal, the SSH session and whoever started it.</summary>
internal static class Detached
{
    /// <summary>This program, as a command.</summary>
    public static IReadOnlyList<string> Self => Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
        ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "garita.dll")]
        : [Environment.ProcessPath!];

    /// <summary>Starts it.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="unit">The name of its unit, where systemd runs.</param>
    /// <param name="what">What it is for, for people.</param>
    /// <exception cref="WayBackException">It cannot be started.</exception>
    public static void Start(IReadOnlyList<string> command, string unit, string what)
    {
        // Killed, it is started again, and takes up where it was.
        // A unit is not in the session's control group, which logind may kill at the log-out. In a network namespace of our own it would be in the wrong one.
        List<string> line = Directory.Exists("/run/systemd/system") && IsInFirstNamespace
            ? [SystemProgram.PathOf("systemd-run"), "--quiet", "--collect", "--property=Restart=on-failure", $"--unit={unit}", "--description=" + what, "--", .. command]
            // Its own session and parent, and nothing that a closing terminal could break.
            : ["/bin/sh", "-c", "exec \"$0\" --fork \"$@\" < /dev/null > /dev/null 2>&1", SystemProgram.PathOf("setsid"), .. command];
        try
        {
            using var process = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { UseShellExecute = false, WorkingDirectory = "/" })!;
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new WayBackException($"{Path.GetFileName(line[0])} could not start the process that holds the way back: nothing was changed");
        }
        catch (Win32Exception problem)
        {
            throw new WayBackException($"{line[0]} cannot be run ({problem.Message}): nothing was changed");
        }
    }

    private static bool IsInFirstNamespace
    {
        get
        {
            try
            {
                return string.Equals(File.ResolveLinkTarget("/proc/self/ns/net", false)?.Name, File.ResolveLinkTarget("/proc/1/ns/net", false)?.Name, StringComparison.Ordinal);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return true;
            }
        }
    }
}
