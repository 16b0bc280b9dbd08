using System.CommandLine;
using System.Globalization;
using Garita.Harden;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Files;
using Garita.Hardening.Repairs.Runs;
using Garita.Settings;
using Garita.WayBack;

namespace Garita.Commands;

/// <summary><c>garita harden undo</c> and <c>garita harden confirm</c>: the way back from repairs, and its end.</summary>
internal static class HardenUndoCommands
{
    public static Verb Undo()
    {
        var name = new Argument<string?>("RUN") { Description = "The run [default: the newest that is not undone]", Arity = ArgumentArity.ZeroOrOne };
        var force = new Option<bool>("--force") { Description = "Overwrite files that somebody changed since, too" };
        var list = new Option<bool>("--list") { Description = "Show all runs and change nothing" };
        var wayBack = new Option<bool>("--way-back") { Description = "What the timed way back runs", Hidden = true };
        var atBoot = new Option<bool>("--at-boot") { Description = "The same at the machine's start", Hidden = true };
        var data = RepairOptions.DataOption();
        var verb = new Verb("undo", "Put back what a run of garita harden apply changed, also one that was cut short") { Examples = ["garita harden undo", "garita harden undo --list", "garita harden undo 20260301T120000Z"] };
        verb.Arguments.Add(name);
        foreach (var option in (Option[])[force, list, wayBack, atBoot, data])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) => await GuardedAsync(result, async error =>
        {
            var folder = RepairOptions.FolderOf(result, data);
            var log = new RunLog(folder);
            if (result.GetValue(list))
            {
                List(CommandLine.Output(result), log, folder);
                return ExitCodes.Ok;
            }

            var isWayBack = result.GetValue(wayBack);
            using var taken = isWayBack ? await LockAsync(log, TimeProvider.System) : log.TryLock();
            if (taken is null)
            {
                await error.WriteLineAsync("another garita harden apply or undo is at work: wait for its end");
                return ExitCodes.Failed;
            }

            var given = result.GetValue(name);
            var run = given is null ? log.All().FirstOrDefault(static run => run.Manifest.HasEffect) : log.Find(given);
            if (run is null)
            {
                await error.WriteLineAsync(given is null ? $"there is nothing to undo in {folder}" : $"there is no run {SafeText.Quote(given)}: garita harden undo --list shows them");
                return ExitCodes.Failed;
            }

            if (isWayBack)
                return run.Manifest.HasEffect ? PutBack(run, force: false, "system", folder, CommandLine.Output(result), error, leaveChanged: true, result.GetValue(atBoot)) : ExitCodes.Ok;
            if (!run.Manifest.HasEffect)
            {
                LetGo(folder, run);
                await CommandLine.Output(result).WriteLineAsync($"{run.Manifest.Id} is undone already");
                return ExitCodes.Ok;
            }

            var code = PutBack(run, result.GetValue(force), HardenCommands.Who(), folder, CommandLine.Output(result), error);
            if (code == ExitCodes.Ok)
                LetGo(folder, run);
            return code;
        }));
        return verb;
    }

    public static Verb Confirm()
    {
        var name = new Argument<string?>("RUN") { Description = "The run [default: the one that waits]", Arity = ArgumentArity.ZeroOrOne };
        var sameLogin = new Option<bool>("--same-login") { Description = "Confirm from the login that started it; proves nothing" };
        var data = RepairOptions.DataOption();
        var verb = new Verb("confirm", "Let repairs of SSH, firewall and PAM stay, from a login made after them") { Examples = ["garita harden confirm"] };
        verb.Arguments.Add(name);
        verb.Options.Add(sameLogin);
        verb.Options.Add(data);
        verb.SetAction(async (result, _) => await GuardedAsync(result, async error =>
        {
            var folder = RepairOptions.FolderOf(result, data);
            var log = new RunLog(folder);
            var given = result.GetValue(name);
            var wayBacks = WayBacks.Of(folder, TimeProvider.System);
            // Not while it is at work: nobody can say yet whether he can log in after it.
            using var taken = await LockAsync(log, TimeProvider.System);
            if (taken is null)
            {
                await error.WriteLineAsync("garita harden apply or undo is still at work: try again");
                return ExitCodes.Failed;
            }

            if (given is not null && !string.Equals(given, (wayBacks.Going(RepairsWayBack.Name) ?? wayBacks.Armed(RepairsWayBack.Name))?.Plan.Subject, StringComparison.Ordinal))
            {
                await error.WriteLineAsync($"{SafeText.Quote(given)} does not wait to be confirmed: garita harden undo --list shows all runs");
                return ExitCodes.Failed;
            }

            var wasLost = wayBacks.Look(RepairsWayBack.Name) is WayBackStanding.Lost or WayBackStanding.Restarted;
            var confirmed = wayBacks.Confirm(RepairsWayBack.Name, Login.Current(), result.GetValue(sameLogin)).Plan.Subject;
            await CommandLine.Output(result).WriteLineAsync($"{confirmed} stays{(wasLost ? "; nobody would have put it back any more" : "")}");
            ApplyRun.Note(folder, HardenCommands.Who(), "harden.confirm", null, confirmed, error);
            return ExitCodes.Ok;
        }));
        return verb;
    }

    /// <summary>Puts a run back; the lock is held.</summary>
    internal static int PutBack(RunFolder run, bool force, string who, string dataFolder, TextWriter output, TextWriter error, bool leaveChanged = false, bool isStarting = false)
    {
        var undoer = new Undoer(new HostFiles(run.Manifest.Root), new Programs(), Units.IsBooted, isStarting);
        var id = run.Manifest.Id;
        if (!force && !leaveChanged && undoer.ChangedSince(run) is { Count: > 0 } changed)
        {
            error.WriteLine($"{id} is not undone, since these were changed after it (undo later runs first, or --force to overwrite them):");
            foreach (var path in changed)
                error.WriteLine("  " + SafeText.Escape(path));
            return ExitCodes.Failed;
        }

        var problems = undoer.Undo(run, force);
        foreach (var problem in problems)
            error.WriteLine("not put back: " + SafeText.Escape(problem));
        output.WriteLine(problems.Count == 0 ? $"{id} is undone: {string.Join(", ", run.Manifest.Repairs)}" : $"{id} is undone in part; what is left can be tried again: garita harden undo {id}");
        ApplyRun.Note(dataFolder, who, "harden.undo", $"{id}: {string.Join(", ", run.Manifest.Repairs)}", problems.Count == 0 ? "as before" : "not put back: " + string.Join("; ", problems), error);
        return problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<IDisposable?> LockAsync(RunLog log, TimeProvider time)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (log.TryLock() is { } taken)
                return taken;
            await Task.Delay(TimeSpan.FromMilliseconds(200), time);
        }

        return null;
    }

    /// <summary>What is undone needs no way back any more.</summary>
    private static void LetGo(string folder, RunFolder run)
    {
        if (WayBacks.If(folder, TimeProvider.System) is { } wayBacks && RepairsWayBack.Look(wayBacks) is { } held && string.Equals(held.Run, run.Manifest.Id, StringComparison.Ordinal))
            wayBacks.Disarm(RepairsWayBack.Name);
    }

    private static void List(TextWriter output, RunLog log, string folder)
    {
        var held = WayBacks.If(folder, TimeProvider.System) is { } wayBacks ? RepairsWayBack.Look(wayBacks) : null;
        var table = new TextTable("run", "state", "who", "root", "repairs");
        foreach (var run in log.All())
        {
            var standing = held is { } one && string.Equals(one.Run, run.Manifest.Id, StringComparison.Ordinal) ? one.Standing : WayBackStanding.None;
            table.Add(run.Manifest.Id, StateOf(run, standing), SafeText.Escape(run.Manifest.Who), SafeText.Escape(run.Manifest.Root), string.Join(' ', run.Manifest.Repairs));
        }

        table.Write(output);
        if (RepairsWayBack.Warning(folder) is { } warning)
            output.WriteLine("warning: " + SafeText.Escape(warning));
    }

    private static string StateOf(RunFolder run, WayBackStanding standing) => run.Manifest.State switch
    {
        not RunState.Undone when standing == WayBackStanding.Stuck => "going back was cut off",
        not RunState.Undone when standing == WayBackStanding.Goes => "goes back",
        RunState.Running => "cut short, or at work",
        RunState.Undone => "undone",
        RunState.PartlyUndone => string.Create(CultureInfo.InvariantCulture, $"undone but for {run.Manifest.Steps.Count(static step => step.State != StepState.Undone)} steps"),
        _ when !run.Manifest.HasEffect => "put back, it failed",
        _ when standing == WayBackStanding.Waits => "waits to be confirmed",
        _ when standing is WayBackStanding.Lost or WayBackStanding.Restarted => "not confirmed, and nobody puts it back",
        _ => "done",
    };

    private static async Task<int> GuardedAsync(ParseResult result, Func<TextWriter, Task<int>> work)
    {
        var error = result.InvocationConfiguration.Error;
        try
        {
            return await work(error);
        }
        catch (Exception problem) when (problem is RepairException or WayBackException)
        {
            await error.WriteLineAsync("garita: " + SafeText.Escape(problem.Message));
            return ExitCodes.Failed;
        }
    }
}
