using System.ComponentModel;
using System.Security.Cryptography;
using System.Text.Json;

namespace Garita.WayBack;

/// <summary>
/// Timed ways back. A state file says what is held; whoever renames it owns what happens next, so that confirming and going back can never
/// both happen: <c>NAME.armed</c> becomes <c>NAME.confirmed</c>, or <c>NAME.going</c> and then <c>NAME.gone</c>. A detached process waits, with a
/// lock as long as it lives; whoever goes has another. So <see cref="Look"/> tells who was killed.
/// </summary>
internal sealed class WayBacks(WayBackFiles files, TimeProvider time, WayBackHost host)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);

    /// <summary>Those of a data folder.</summary>
    /// <exception cref="WayBackException">Its folder is not ours alone.</exception>
    public static WayBacks Of(string dataFolder, TimeProvider time) => new(new WayBackFiles(RootFolder.Open(dataFolder, "way-back")), time, new WayBackHost());

    /// <summary>Those of a data folder, where there were any: nothing is made.</summary>
    /// <exception cref="WayBackException">Its folder is not ours alone.</exception>
    public static WayBacks? If(string dataFolder, TimeProvider time) => Directory.Exists(Path.Combine(RootFolder.Of(dataFolder), "way-back")) ? Of(dataFolder, time) : null;

    /// <summary>Those of a folder that whoever starts us has opened.</summary>
    public static WayBacks Existing(string folder, TimeProvider time) => new(new WayBackFiles(folder), time, new WayBackHost());

    /// <summary>The one that is held under a name; null: none. One that an earlier start of the machine left is removed when a restart goes back by itself.</summary>
    public ArmedWayBack? Armed(string name)
    {
        var armed = Held(name, "armed");
        if (armed is null || IsOfThisStart(armed) || armed.Plan.AtBoot is not null)
            return armed;
        files.Delete(name, "armed");
        return null;
    }

    /// <summary>The one that somebody goes, or went when he was killed; null: none.</summary>
    public ArmedWayBack? Going(string name) => Held(name, "going");

    /// <summary>The last one under a name that was gone; null: none.</summary>
    public GoneWayBack? Gone(string name) => files.Read(name, "gone", WayBackJson.Default.GoneWayBack);

    /// <summary>How it stands.</summary>
    public WayBackStanding Look(string name)
    {
        if (files.Exists(name, "going"))
            return files.IsLocked(name, "goes") ? WayBackStanding.Goes : WayBackStanding.Stuck;
        if (Armed(name) is not { } armed)
            return WayBackStanding.None;
        return !IsOfThisStart(armed) ? WayBackStanding.Restarted : files.IsLocked(name, "holds") ? WayBackStanding.Waits : WayBackStanding.Lost;
    }

    /// <summary>Holds a way back. Returns only when a detached process waits for its time: no way back, no change.</summary>
    /// <param name="name">Its name: small letters, digits and '-'.</param>
    /// <param name="after">Time to confirm.</param>
    /// <param name="plan">How to go back.</param>
    /// <exception cref="WayBackException">One of that name is held, or it cannot be held.</exception>
    public async Task<ArmedWayBack> ArmAsync(string name, TimeSpan after, WayBackPlan plan)
    {
        if (Armed(name) is { } other)
            throw new WayBackException($"a way back is held already ({other.Plan.What}, by {other.By.Describe()}): confirm that change, or go back first");
        if (Look(name) is WayBackStanding.Goes)
            throw new WayBackException("somebody goes back at this moment: wait for its end");
        var armed = new ArmedWayBack(RandomNumberGenerator.GetHexString(16, lowercase: true), plan, after, time.GetUtcNow() + after, host.Boot(), host.Login());
        try
        {
            files.Delete(name, "going");
            // Before the file that it looks for: one without the other does nothing.
            if (plan.AtBoot is not null)
                host.AtBoot(files.Folder)?.Write();
            files.Write(name, "armed", JsonSerializer.Serialize(armed, WayBackJson.Default.ArmedWayBack));
            host.Start(name, armed.Id, files.Folder, plan.What);
            var begun = time.GetTimestamp();
            while (!string.Equals(files.Text(name, "waits"), armed.Id, StringComparison.Ordinal))
            {
                if (time.GetElapsedTime(begun) > StartPatience)
                    throw new WayBackException("the process that holds the way back did not start: nothing was changed");
                await Task.Delay(TimeSpan.FromMilliseconds(20), time);
            }

            return armed;
        }
        catch (Exception problem) when (problem is WayBackException or Win32Exception or IOException or UnauthorizedAccessException)
        {
            Disarm(name);
            throw problem as WayBackException ?? new WayBackException($"the way back cannot be held ({problem.Message}): nothing was changed");
        }
    }

    /// <summary>The change is made: from now on the time to confirm it counts. Where that cannot be written, it counts from the beginning.</summary>
    public void Made(string name, ArmedWayBack armed)
    {
        try
        {
            files.Write(name, "made", armed.Id);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or WayBackException)
        {
            // Sooner back is no harm.
        }
    }

    /// <summary>Lets go of a way back because the change was not made, or somebody put it back.</summary>
    public void Disarm(string name)
    {
        files.Delete(name, "armed");
        if (!files.IsLocked(name, "goes"))
            files.Delete(name, "going");
        Tidy();
    }

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
            throw new WayBackException(Look(name) switch
            {
                WayBackStanding.Goes => "too late: it goes back at this moment",
                WayBackStanding.Stuck => "too late: going back has begun, and whoever went was killed",
                _ => Gone(name) is { } gone ? $"too late, or nothing was changed since: it went back at {gone.When.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "nothing waits to be confirmed",
            });
        }

        // The numbers of logins begin anew with each start of the machine.
        if (!sameLogin && IsOfThisStart(armed) && armed.By.IsSame(login))
            throw new WayBackException("this is the login that made the change, or cannot be told from it: its connection was open before, so it does not prove that one can still log in. Log in once more and confirm there, or say --same-login");
        if (!files.Claim(name, "armed", "confirmed"))
            throw new WayBackException("too late: it goes back at this moment");
        Tidy();
        return armed;
    }

    /// <summary>Waits until the time is up, then goes back; ends early when it was confirmed. One that was killed and started again takes up where it was.</summary>
    public async Task WaitAsync(string name)
    {
        if (Armed(name) is not { } armed)
        {
            await GoOnAsync(name, atBoot: false);
            return;
        }

        using var holds = await HoldAsync(name);
        if (holds is null)
            return;
        var (begun, isMade) = (time.GetTimestamp(), false);
        files.Write(name, "waits", armed.Id);
        for (; ; )
        {
            var left = armed.After - time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero && !WayBackFiles.IsLocked(armed.Plan.Lock) && (isMade || !IsMade(name, armed)))
                break;
            await Task.Delay(left > TimeSpan.Zero && left < Interval ? left : Interval, time);
            if (!string.Equals(Armed(name)?.Id, armed.Id, StringComparison.Ordinal))
                return;
            // Whoever is to confirm gets all of the time, however long the change took.
            if (!isMade && IsMade(name, armed))
                (begun, isMade) = (time.GetTimestamp(), true);
        }

        await GoAsync(name);
    }

    /// <summary>Goes back now.</summary>
    /// <returns>What was gone; null: nothing is held, or somebody else goes or has confirmed.</returns>
    public Task<GoneWayBack?> GoAsync(string name) => GoAsync(name, atBoot: false);

    /// <summary>The same, by hand: also what somebody began to go and was killed.</summary>
    public async Task<GoneWayBack?> GoNowAsync(string name) => await GoAsync(name) ?? await GoOnAsync(name, atBoot: false);

    /// <summary>Goes back what was not confirmed before the machine was restarted, and what somebody went when it was. Each once.</summary>
    public async Task<IReadOnlyList<GoneWayBack>> GoAtBootAsync()
    {
        var all = new List<GoneWayBack>();
        foreach (var name in files.Names("going"))
        {
            if (Going(name) is { Plan.AtBoot: null } former && !IsOfThisStart(former))
                files.Delete(name, "going");
            else if (Going(name) is { } going && !IsOfThisStart(going) && await GoOnAsync(name, atBoot: true) is { } gone)
                all.Add(gone);
        }

        foreach (var name in files.Names("armed"))
        {
            if (Armed(name) is { } armed && !IsOfThisStart(armed) && await GoAsync(name, atBoot: true) is { } gone)
                all.Add(gone);
        }

        Tidy();
        return all;
    }

    private async Task<GoneWayBack?> GoAsync(string name, bool atBoot)
    {
        using var goes = files.Lock(name, "goes");
        if (goes is null || Armed(name) is not { } armed || !files.Claim(name, "armed", "going"))
            return null;
        return await RunAsync(name, armed, atBoot || !IsOfThisStart(armed));
    }

    private async Task<GoneWayBack?> GoOnAsync(string name, bool atBoot)
    {
        using var goes = files.Lock(name, "goes");
        return goes is not null && Going(name) is { } going ? await RunAsync(name, going, atBoot) : null;
    }

    private async Task<GoneWayBack> RunAsync(string name, ArmedWayBack armed, bool atBoot)
    {
        var plan = armed.Plan;
        var problem = await host.RunAsync(atBoot ? plan.AtBoot ?? plan.Command : plan.Command);
        var gone = new GoneWayBack(armed, time.GetUtcNow(), problem, plan.Then is { } then ? await host.RunAsync(then) : null);
        try
        {
            files.Write(name, "gone", JsonSerializer.Serialize(gone, WayBackJson.Default.GoneWayBack));
            files.Delete(name, "going");
            Tidy();
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException or WayBackException)
        {
            // It is gone, but nobody could write so: it is told as cut off in its middle, and once more does no harm.
        }

        return gone;
    }

    private async Task<IDisposable?> HoldAsync(string name)
    {
        // Whoever looks takes the lock for a moment, and the one that waited before may not have seen yet that it was confirmed.
        for (var tries = 0; tries < 25; tries++)
        {
            if (files.Lock(name, "holds") is { } held)
                return held;
            await Task.Delay(Interval, time);
        }

        return null;
    }

    private void Tidy()
    {
        if (!files.Names("armed").Concat(files.Names("going")).Any(name => (Armed(name) ?? Going(name))?.Plan.AtBoot is not null))
            host.AtBoot(files.Folder)?.Remove();
    }

    private ArmedWayBack? Held(string name, string state) => files.Read(name, state, WayBackJson.Default.ArmedWayBack) is { Plan.Command.Count: > 0, By: not null } held ? held : null;

    private bool IsMade(string name, ArmedWayBack armed) => string.Equals(files.Text(name, "made"), armed.Id, StringComparison.Ordinal);

    private bool IsOfThisStart(ArmedWayBack armed) => string.Equals(armed.Boot, host.Boot(), StringComparison.Ordinal);
}
