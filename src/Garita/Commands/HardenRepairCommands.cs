using System.CommandLine;
using Garita.Harden;
using Garita.Hardening;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Runs;
using Garita.Settings;
using Garita.WayBack;

namespace Garita.Commands;

/// <summary><c>garita harden apply</c>: does repairs after showing them, keeps what was there, looks again.</summary>
internal static class HardenRepairCommands
{
    /// <summary>How long repairs that can lock administrators out wait to be confirmed.</summary>
    public static readonly TimeSpan BackAfter = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestBackAfter = TimeSpan.FromHours(1);

    /// <summary>All verbs that repair.</summary>
    public static IReadOnlyList<Verb> All() => [HardenPlanCommand.Create(), Apply(), HardenUndoCommands.Undo(), HardenUndoCommands.Confirm()];

    private static Verb Apply()
    {
        var options = new RepairOptions();
        var low = new Option<bool>("--all-low-risk") { Description = "All repairs of low risk that lock nobody out" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var backAfter = new Option<string?>("--back-after") { Description = "How long repairs of SSH, firewall and PAM wait to be confirmed, 1 s to 1 h [default: 60 s]", HelpName = "DURATION" };
        var verb = new Verb("apply", "Do repairs, with a copy of everything they change; SSH, firewall and PAM go back by themselves unless confirmed")
        {
            Examples = ["garita harden apply --only ctrl-alt-del", "garita harden apply --all-low-risk --yes", "garita harden apply --only ssh-root-login --back-after \"3 min\""],
        };
        options.AddTo(verb);
        foreach (var option in (Option[])[low, yes, backAfter])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            var error = result.InvocationConfiguration.Error;
            if (!options.NamesChecks(result) && !result.GetValue(low))
            {
                await error.WriteLineAsync("expected --only ID, or --all-low-risk: garita harden plan shows what there is to do");
                return ExitCodes.Usage;
            }

            var wait = BackAfter;
            if (result.GetValue(backAfter) is { } text && (!SettingsUnits.TryDuration(text, out wait) || wait < TimeSpan.FromSeconds(1) || wait > LongestBackAfter))
            {
                await error.WriteLineAsync($"--back-after is {SafeText.Quote(text)}, expected 1 s to 1 h, as \"3 min\"");
                return ExitCodes.Usage;
            }

            var root = options.RootOf(result);
            if (!Environment.IsPrivilegedProcess && root is "/")
            {
                await error.WriteLineAsync("only root can change this host: sudo garita harden apply …");
                return ExitCodes.Failed;
            }

            return await ApplyAsync(result, options, result.GetValue(low), result.GetValue(yes), wait);
        });
        return verb;
    }

    private static async Task<int> ApplyAsync(ParseResult result, RepairOptions options, bool low, bool yes, TimeSpan backAfter)
    {
        var (output, error) = (CommandLine.Output(result), result.InvocationConfiguration.Error);
        var (root, folder) = (options.RootOf(result), RepairOptions.FolderOf(result, options.Data));
        try
        {
            var log = new RunLog(folder);
            using var taken = log.TryLock();
            if (taken is null)
            {
                await error.WriteLineAsync("another garita harden apply or undo is at work: wait for its end");
                return ExitCodes.Failed;
            }

            if (!await MayBeginAsync(result, log, yes, folder))
                return ExitCodes.Failed;
            // 1. what is wrong
            var checks = options.ChecksOf(result);
            var survey = await RepairSurvey.OfAsync(root, options.RolesOf(result), folder, checks);
            var plan = new Plan(survey.Repairs.Where(repair => !low || (repair.Repair.Risk == Risk.Low && !repair.IsTimed)));
            if (options.NamesChecks(result))
            {
                foreach (var passed in survey.Results.Where(static one => one.Outcome is Outcome.Pass or Outcome.NotApplicable))
                    await output.WriteLineAsync($"{passed.Id}: {Words.Of(passed.Outcome)}, nothing to do ({SafeText.Escape(passed.Found)})");
            }

            foreach (var left in plan.LeftOut.Concat(options.NamesChecks(result) ? survey.NotMendable : []))
                await error.WriteLineAsync($"left out: {left.Id}: {SafeText.Escape(left.Why)}");
            if (plan.Repairs.Count == 0)
            {
                await output.WriteLineAsync("nothing to do");
                return plan.LeftOut.Count == 0 && (!options.NamesChecks(result) || survey.NotMendable.Count == 0) ? ExitCodes.Ok : ExitCodes.Failed;
            }

            // 2. what would be done, and whether it may be
            Preview(output, plan, root is "/");
            if (!yes && !await AgreesAsync(result, "Do this?"))
                return ExitCodes.Failed;
            // 3. done, and looked at again
            var done = await new ApplyRun(log, root, folder, output, TimeProvider.System).DoAsync(plan, HardenCommands.Who(), backAfter);
            await CompareAsync(output, survey, plan, root, options.RolesOf(result), folder, checks);
            return done.Count == plan.Repairs.Count && done.All(static one => one.Outcome is RepairOutcome.Done or RepairOutcome.Nothing) && plan.LeftOut.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (Exception problem) when (problem is RepairException or WayBackException)
        {
            await error.WriteLineAsync("garita: " + SafeText.Escape(problem.Message));
            return ExitCodes.Failed;
        }
    }

    /// <summary>Whether no earlier run is in the way: one that was cut short is offered to be undone, one that waits to be confirmed is waited for.</summary>
    private static async Task<bool> MayBeginAsync(ParseResult result, RunLog log, bool yes, string folder)
    {
        var error = result.InvocationConfiguration.Error;
        if (WayBacks.If(folder, TimeProvider.System) is { } wayBacks && RepairsWayBack.Look(wayBacks) is { } held)
        {
            await error.WriteLineAsync(RepairsWayBack.Say(held.Run, held.Standing));
            return false;
        }

        foreach (var run in log.All())
        {
            var id = run.Manifest.Id;
            if (run.Manifest is { State: RunState.Running, HasEffect: true })
            {
                await error.WriteLineAsync($"the run {id} of {run.Manifest.Who} was cut short: some of its changes are done, some are not");
                if (yes || !await AgreesAsync(result, $"Undo {id} now?"))
                {
                    await error.WriteLineAsync($"put it back first: garita harden undo {id}");
                    return false;
                }

                if (HardenUndoCommands.PutBack(run, force: false, HardenCommands.Who(), folder, CommandLine.Output(result), error) != ExitCodes.Ok)
                    return false;
            }
        }

        return true;
    }

    private static void Preview(TextWriter output, Plan plan, bool live)
    {
        foreach (var repair in plan.Repairs)
        {
            output.WriteLine($"{repair.Id}: {repair.Title}");
            output.WriteLine($"  found   {SafeText.Escape(repair.Found)}");
            output.WriteLine($"  risk    {repair.Repair.Risk.ToString().ToLowerInvariant()}: {repair.Repair.WhatMayBreak}{(live && repair.IsTimed ? " Goes back by itself unless confirmed." : "")}");
            foreach (var change in repair.Repair.Changes)
                output.WriteLine($"  change  {SafeText.Escape(PlannedRepair.InWords(change))}");
        }

        output.WriteLine();
    }

    private static async Task<bool> AgreesAsync(ParseResult result, string question)
    {
        if (Console.IsInputRedirected)
        {
            await result.InvocationConfiguration.Error.WriteLineAsync($"{question} Nobody can be asked here, so no: give --yes to agree before");
            return false;
        }

        await CommandLine.Output(result).WriteAsync(question + " [y/N] ");
        return (await Console.In.ReadLineAsync())?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task CompareAsync(TextWriter output, RepairSurvey before, Plan plan, string root, Roles roles, string folder, IReadOnlyList<Check> checks)
    {
        var ids = plan.Repairs.Select(static repair => repair.Id).ToHashSet(StringComparer.Ordinal);
        var after = await RepairSurvey.OfAsync(root, roles, folder, [.. checks.Where(check => ids.Contains(check.Id))]);
        var table = new TextTable("check", "before", "after", "found now");
        foreach (var now in after.Results)
            table.Add(now.Id, Words.Of(before.Results.First(one => string.Equals(one.Id, now.Id, StringComparison.Ordinal)).Outcome), Words.Of(now.Outcome), SafeText.Escape(now.Found.Split('\n')[0]));
        await output.WriteLineAsync();
        table.Write(output);
    }
}
