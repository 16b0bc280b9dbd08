using System.Globalization;
using Garita.Machine.Programs;

namespace Garita.WayBack;

/// <summary>What ways back need of this host.</summary>
internal class WayBackHost
{
    // Repairs wait for each other, and each of their programs has minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>The number of this start of the machine.</summary>
    public virtual string Boot()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) ? File.ReadAllText(Path).Trim() : "";
    }

    /// <summary>The login of this process.</summary>
    public virtual Login Login() => WayBack.Login.Current();

    /// <summary>Starts the process that waits.</summary>
    /// <exception cref="WayBackException">It cannot be started.</exception>
    public virtual void Start(string name, string id, string folder, string what) =>
        Detached.Start([.. Detached.Self, "way-back", name, "--folder", folder], $"garita-way-back-{name}-{id}", "Puts back unless confirmed: " + what);

    /// <summary>The unit that goes at the machine's next start; null where systemd does not run.</summary>
    public virtual BootUnit? AtBoot(string folder) => Directory.Exists("/run/systemd/system") ? new BootUnit("/etc/systemd/system", folder) : null;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Why it failed; null: it did not.</returns>
    public virtual async Task<string?> RunAsync(IReadOnlyList<string> command)
    {
        var call = new ProgramCall(command[0], [.. command.Skip(1)]) { Limit = Patience };
        try
        {
            var result = await Task.Factory.StartNew(call.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return result.ExitCode == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{command[0]} ended with {result.ExitCode}: {result.Error.Trim()}");
        }
        catch (ProgramException problem)
        {
            return problem.Message;
        }
    }
}
