using System.CommandLine;
using System.Globalization;
using Garita.Harden;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Files;
using Garita.Hardening.Repairs.Runs;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita harden undo</c> and <c>garita harden confirm</c>: the way back from repairs, and its end.</summary>
internal static class HardenUndoCommands
{
    public static Verb Undo()
    {
        var name = new Argument<string?>("RUN") { Description = "The run [default: the newest that is not undone]", Arity = ArgumentArity.ZeroOrOne };
        var force = new Option<bool>("--force") { Description = "Overwrite files that somebody changed since, too" };
        var list = new Option<bool>("--list") { Description = "Show all runs and change nothing" };
        var watch = new Option<bool>("--if-not-confirmed") { Description = "Wait, and undo unless the run is confirmed meanwhile", Hidden = true };
        var after = new Option<string>("--after") { Description = "How long that waits", HelpName = "DURATION", DefaultValueFactory = static _ => "60 s", Hidden = true };
        var data = RepairOptions.DataOption();
        var verb = new Verb("undo", "Put back what a run of garita harden apply changed, also one that was cut short") { Examples = ["garita harden undo", "garita harden undo --list", "garita harden undo 20260301T120000Z"] };
        verb.Arguments.Add(name);
        foreach (var option in (Option[])[force, list, watch, after, data])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) => await GuardedAsync(result, async error =>
        {
            var folder = RepairOptions.FolderOf(result, data);
            var log = new RunLog(folder);
            if (result.GetValue(list))
            {
                List(CommandLine.Output(result), log);
                return ExitCodes.Ok;
            }

            if (result.GetValue(watch))
                return await WatchAsync(log, result.GetValue(name) ?? "", result.GetRequiredValue(after), folder, error);
            using var taken = log.TryLock();
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

            if (!run.Manifest.HasEffect)
            {
                await CommandLine.Output(result).WriteLineAsync($"{run.Manifest.Id} is undone already");
                return ExitCodes.Ok;
            }

            return PutBack(run, result.GetValue(force), HardenCommands.Who(), folder, CommandLine.Output(result), error);
        }));
        return verb;
    }

    public static Verb Confirm()
    {
        var name = new Argument<string?>("RUN") { Description = "The run [default: the one that waits]", Arity = ArgumentArity.ZeroOrOne };
        var here = new Option<bool>("--here") { Description = "Also from the login that started it" };
        var data = RepairOptions.DataOption();
        var verb = new Verb("confirm", "Let repairs of SSH, firewall and PAM stay, from a login made after them") { Examples = ["garita harden confirm"] };
        verb.Arguments.Add(name);
        verb.Options.Add(here);
        verb.Options.Add(data);
        verb.SetAction(async (result, _) => await GuardedAsync(result, async error =>
        {
            var folder = RepairOptions.FolderOf(result, data);
            var log = new RunLog(folder);
            var given = result.GetValue(name);
            var run = given is null ? log.All().FirstOrDefault(static run => run.Manifest is { IsTimed: true, HasEffect: true } && !run.IsConfirmed) : log.Find(given);
            if (run is not { Manifest: { IsTimed: true, HasEffect: true } })
            {
                await error.WriteLineAsync(given is null ? "no run waits to be confirmed" : $"{SafeText.Quote(given)} does not wait to be confirmed: garita harden undo --list shows all runs");
                return ExitCodes.Failed;
            }

            if (run.Manifest.Login is { } login && string.Equals(login, RunLog.LoginOf(), StringComparison.Ordinal) && !result.GetValue(here))
            {
                await error.WriteLineAsync("this is the login that started the run: log in anew and confirm there, which proves that you still can (--here if it cannot be otherwise)");
                return ExitCodes.Failed;
            }

            // Under the lock: whoever puts back decides under it as well.
            using var taken = await LockAsync(log, TimeProvider.System);
            if (taken is null || log.Find(run.Manifest.Id) is not { Manifest.HasEffect: true } now)
            {
                await error.WriteLineAsync(taken is null ? "garita harden apply or undo is still at work: try again" : $"{run.Manifest.Id} was put back already: too late");
                return ExitCodes.Failed;
            }

            now.Confirm();
            await CommandLine.Output(result).WriteLineAsync($"{run.Manifest.Id} stays");
            ApplyRun.Note(folder, HardenCommands.Who(), "harden.confirm", null, run.Manifest.Id, error);
            return ExitCodes.Ok;
        }));
        return verb;
    }

    /// <summary>Puts a run back; the lock is held.</summary>
    internal static int PutBack(RunFolder run, bool force, string who, string dataFolder, TextWriter output, TextWriter error, bool leaveChanged = false)
    {
        var undoer = new Undoer(new HostFiles(run.Manifest.Root), new Programs(), Units.IsBooted);
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

    private static async Task<int> WatchAsync(RunLog log, string id, string after, string folder, TextWriter error)
    {
        if (!SettingsUnits.TryDuration(after, out var wait))
        {
            await error.WriteLineAsync($"--after is {SafeText.Quote(after)}, expected a duration, as \"60 s\"");
            return ExitCodes.Usage;
        }

        var code = ExitCodes.Ok;
        await new BackWatch(log, TimeProvider.System).WaitAsync(id, wait, run => code = PutBack(run, force: false, "system", folder, TextWriter.Null, TextWriter.Null, leaveChanged: true));
        return code;
    }

    private static void List(TextWriter output, RunLog log)
    {
        var table = new TextTable("run", "state", "who", "root", "repairs");
        foreach (var run in log.All())
            table.Add(run.Manifest.Id, StateOf(run), SafeText.Escape(run.Manifest.Who), SafeText.Escape(run.Manifest.Root), string.Join(' ', run.Manifest.Repairs));
        table.Write(output);
    }

    private static string StateOf(RunFolder run) => run.Manifest.State switch
    {
        RunState.Running => "cut short, or at work",
        RunState.Undone => "undone",
        RunState.PartlyUndone => string.Create(CultureInfo.InvariantCulture, $"undone but for {run.Manifest.Steps.Count(static step => step.State != StepState.Undone)} steps"),
        _ when !run.Manifest.HasEffect => "put back, it failed",
        _ when run.Manifest.IsTimed && !run.IsConfirmed => "waits to be confirmed",
        _ => "done",
    };

    private static async Task<int> GuardedAsync(ParseResult result, Func<TextWriter, Task<int>> work)
    {
        var error = result.InvocationConfiguration.Error;
        try
        {
            return await work(error);
        }
        catch (RepairException problem)
        {
            await error.WriteLineAsync("garita: " + SafeText.Escape(problem.Message));
            return ExitCodes.Failed;
        }
    }
}
