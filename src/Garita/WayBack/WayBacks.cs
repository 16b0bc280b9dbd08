using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Garita.Machine.Files;
using Garita.Machine.Programs;

namespace Garita.WayBack;

/// <summary>
/// Timed ways back. A state file says what is held; whoever renames it owns what happens next, so that confirming and going back can never
/// both happen: <c>NAME.armed</c> becomes <c>NAME.confirmed</c>, or <c>NAME.going</c> and then <c>NAME.gone</c>. A detached process waits;
/// when it is killed, the file is still there and <see cref="IsOverdue"/> tells.
/// </summary>
internal sealed class WayBacks(string folder, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GoPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Those of a data folder.</summary>
    /// <exception cref="WayBackException">Its folder is not ours alone.</exception>
    public static WayBacks Of(string dataFolder, TimeProvider time) => new(RootFolder.Open(dataFolder, "way-back"), time);

    /// <summary>The one that is held under a name; null: none. What an earlier start of the machine left is removed: a restart goes back by itself.</summary>
    public ArmedWayBack? Armed(string name)
    {
        var armed = Read(File(name, "armed"), WayBackJson.Default.ArmedWayBack);
        if (armed is null || string.Equals(armed.Boot, Boot(), StringComparison.Ordinal))
            return armed;
        System.IO.File.Delete(File(name, "armed"));
        return null;
    }

    /// <summary>The last one under a name that was gone; null: none.</summary>
    public GoneWayBack? Gone(string name) => Read(File(name, "gone"), WayBackJson.Default.GoneWayBack);

    /// <summary>Whether its time is over and nobody went: the process that waited was killed.</summary>
    public bool IsOverdue(ArmedWayBack armed) => time.GetUtcNow() > armed.Due + Grace;

    /// <summary>Whether someone began to go and did not end: killed in the middle, so that half of it may be done.</summary>
    public bool IsStuck(string name) => System.IO.File.Exists(File(name, "going"));

    /// <summary>Holds a way back. Returns only when a detached process waits for its time: no way back, no change.</summary>
    /// <param name="name">Its name: small letters, digits and '-'.</param>
    /// <param name="after">Time to confirm.</param>
    /// <param name="command">Program and arguments that go back; run without a shell.</param>
    /// <param name="what">What will be changed, for people.</param>
    /// <exception cref="WayBackException">One of that name is held, or it cannot be held.</exception>
    public async Task<ArmedWayBack> ArmAsync(string name, TimeSpan after, IReadOnlyList<string> command, string what)
    {
        if (Armed(name) is { } other)
            throw new WayBackException($"a way back is held already ({other.What}, by {other.By.Describe()}): confirm that change, or go back first");
        System.IO.File.Delete(File(name, "going"));
        var armed = new ArmedWayBack(RandomNumberGenerator.GetHexString(16, lowercase: true), what, command, after, time.GetUtcNow() + after, Boot(), Login.Current());
        RootFolder.Write(File(name, "armed"), JsonSerializer.Serialize(armed, WayBackJson.Default.ArmedWayBack));
        try
        {
            Detached.Start([.. Detached.Self, "way-back", name, "--folder", folder], $"garita-way-back-{name}-{armed.Id}", "Puts back unless confirmed: " + what);
            var begun = time.GetTimestamp();
            while (!string.Equals(Waiting(name), armed.Id, StringComparison.Ordinal))
            {
                if (time.GetElapsedTime(begun) > StartPatience)
                    throw new WayBackException("the process that holds the way back did not start: nothing was changed");
                await Task.Delay(TimeSpan.FromMilliseconds(20), time);
            }

            return armed;
        }
        catch (Exception problem) when (problem is WayBackException or Win32Exception or IOException)
        {
            Disarm(name);
            throw problem as WayBackException ?? new WayBackException($"the way back cannot be held ({problem.Message}): nothing was changed");
        }
    }

    /// <summary>Lets go of a way back because the change was not made.</summary>
    public void Disarm(string name) => System.IO.File.Delete(File(name, "armed"));

    /// <summary>Confirms a change: it stays.</summary>
    /// <param name="name">The way back's name.</param>
    /// <param name="login">Who confirms.</param>
    /// <param name="sameLogin">Whether the login that made the change may confirm it.</param>
    /// <returns>What was confirmed.</returns>
    /// <exception cref="WayBackException">There is nothing to confirm, it comes too late, or it proves nothing.</exception>
    public ArmedWayBack Confirm(string name, Login login, bool sameLogin)
    {
        if (Armed(name) is not { } armed)
        {
            throw new WayBackException(IsStuck(name) ? "going back has begun and did not end: see whether it still runs"
                : Gone(name) is { } gone ? $"too late, or nothing was changed since: it went back at {gone.When.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "nothing waits to be confirmed");
        }

        if (!sameLogin && armed.By.IsSame(login))
            throw new WayBackException("this is the login that made the change, or cannot be told from it: its connection was open before, so it does not prove that one can still log in. Log in once more and confirm there, or say --same-login");
        if (!Claim(name, "confirmed"))
            throw new WayBackException("too late: it goes back at this moment");
        return armed;
    }

    /// <summary>Waits until the time is up, then goes back; ends early when it was confirmed.</summary>
    public async Task WaitAsync(string name)
    {
        if (Armed(name) is not { } armed)
            return;
        var begun = time.GetTimestamp();
        RootFolder.Write(File(name, "waits"), armed.Id);
        while (time.GetElapsedTime(begun) is var waited && waited < armed.After)
        {
            await Task.Delay(armed.After - waited < Look ? armed.After - waited : Look, time);
            if (!string.Equals(Armed(name)?.Id, armed.Id, StringComparison.Ordinal))
                return;
        }

        await GoAsync(name);
    }

    /// <summary>Goes back now.</summary>
    /// <returns>What was gone; null: nothing is held, or somebody else goes or has confirmed.</returns>
    public async Task<GoneWayBack?> GoAsync(string name)
    {
        if (Armed(name) is not { } armed || !Claim(name, "going"))
            return null;
        var gone = new GoneWayBack(armed, time.GetUtcNow(), await RunAsync(armed.Command));
        RootFolder.Write(File(name, "gone"), JsonSerializer.Serialize(gone, WayBackJson.Default.GoneWayBack));
        System.IO.File.Delete(File(name, "going"));
        return gone;
    }

    /// <summary>The one rename that decides.</summary>
    private bool Claim(string name, string state)
    {
        try
        {
            System.IO.File.Move(File(name, "armed"), File(name, state), overwrite: true);
            DurableFolder.Flush(folder);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static async Task<string?> RunAsync(IReadOnlyList<string> command)
    {
        try
        {
            var call = new ProgramCall(command[0], [.. command.Skip(1)]) { Limit = GoPatience };
            var result = await Task.Factory.StartNew(call.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return result.ExitCode == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{command[0]} ended with {result.ExitCode}: {result.Error.Trim()}");
        }
        catch (ProgramException problem)
        {
            return problem.Message;
        }
    }

    private string? Waiting(string name)
    {
        var path = File(name, "waits");
        return System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : null;
    }

    private static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            // What root runs must be written by root.
            return FileStatus.Of(path)?.User == Self.User ? JsonSerializer.Deserialize(System.IO.File.ReadAllText(path), type) : null;
        }
        catch (Exception problem) when (problem is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string File(string name, string state)
    {
        if (name.Length is 0 or > 40 || !name.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'))
            throw new WayBackException("the name of a way back is small letters, digits and '-'");
        return Path.Combine(folder, $"{name}.{state}");
    }

    private static string Boot()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return System.IO.File.Exists(Path) ? System.IO.File.ReadAllText(Path).Trim() : "";
    }
}
