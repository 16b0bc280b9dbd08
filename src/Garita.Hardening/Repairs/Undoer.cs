using Garita.Hardening.Repairs.Files;
using Garita.Hardening.Repairs.Runs;

namespace Garita.Hardening.Repairs;

/// <summary>
/// Puts back what a run changed, backwards. Works as well on a run that was cut short, and again when it was cut short itself: each step is compared
/// with what is there. A file that somebody changed since is left as it is unless that is forced.
/// </summary>
/// <param name="files">The host's files.</param>
/// <param name="programs">Its programs.</param>
/// <param name="isBooted">Whether systemd runs there.</param>
/// <param name="isStarting">Whether the machine starts at this moment, and waits for this.</param>
public sealed class Undoer(HostFiles files, IPrograms programs, bool isBooted, bool isStarting = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Units _units = new(programs, files.Root, isBooted, isStarting);
    private readonly Packages _packages = new(programs);

    /// <summary>Files that were changed after the run, by somebody else or by a later run.</summary>
    /// <param name="run">The run.</param>
    public IReadOnlyList<string> ChangedSince(RunFolder run)
    {
        var changed = new List<string>();
        // Only the last step of a file can be compared with what is there: the others were its work.
        foreach (var last in run.Manifest.Steps.Where(static step => step is { Path: not null, State: not StepState.Undone }).GroupBy(static step => step.Path!, StringComparer.Ordinal).Select(static group => group.Last()))
        {
            if (IsChanged(last))
                changed.Add(last.Path!);
        }

        return changed;
    }

    /// <summary>Puts everything back.</summary>
    /// <param name="run">The run.</param>
    /// <param name="force">Whether files that were changed since are overwritten too.</param>
    /// <returns>What could not be put back, in words.</returns>
    public IReadOnlyList<string> Undo(RunFolder run, bool force)
    {
        var problems = PutBack(run, static _ => true, 0, force);
        run.Note(problems.Count == 0 ? RunState.Undone : RunState.PartlyUndone);
        return problems;
    }

    internal List<string> PutBack(RunFolder run, Predicate<Step> which, int first, bool force)
    {
        var problems = new List<string>();
        var left = force ? [] : ChangedSince(run).ToHashSet(StringComparer.Ordinal);
        var reloads = new List<(int Number, Step Step)>();
        for (var number = run.Manifest.Steps.Count - 1; number >= first; number--)
        {
            var step = run.Manifest.Steps[number];
            if (step.State == StepState.Undone || !which(step))
                continue;
            if (step.Kind == StepKind.Reload)
            {
                reloads.Add((number, step));
                continue;
            }

            if (step.Path is not null && left.Contains(step.Path))
            {
                problems.Add($"{step.Path} was changed since and is left as it is (--force overwrites it)");
                continue;
            }

            Try(run, number, step, problems);
        }

        Reload(run, reloads, problems);
        return [.. problems.Distinct(StringComparer.Ordinal)];
    }

    private void Try(RunFolder run, int number, Step step, List<string> problems)
    {
        try
        {
            One(run, step);
            run.Note(number, step with { State = StepState.Undone });
        }
        catch (Exception problem) when (problem is RepairException or IOException or UnauthorizedAccessException)
        {
            problems.Add(problem.Message);
        }
    }

    private void Reload(RunFolder run, List<(int Number, Step Step)> reloads, List<string> problems)
    {
        foreach (var group in reloads.GroupBy(static reload => reload.Step.Unit!, StringComparer.Ordinal))
        {
            try
            {
                _units.Set(group.Key, UnitWish.Reload);
                foreach (var (number, step) in group)
                    run.Note(number, step with { State = StepState.Undone });
            }
            catch (RepairException problem)
            {
                problems.Add(problem.Message);
            }
        }
    }

    private void One(RunFolder run, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.File:
                PutFileBack(run, step);
                break;
            case StepKind.Mode:
                if (files.Look(step.Path!) is not null)
                    files.SetMode(step.Path!, step.Before!.Mode, step.Before.User, step.Before.Group);
                break;
            case StepKind.Unit:
                _units.Restore(step.Unit!, step.WasEnabled!, step.WasActive);
                break;
            case StepKind.Install:
                _packages.TakeBack(step.Packages);
                break;
            case StepKind.Remove:
                _packages.BringBack(step.Packages);
                break;
            case StepKind.Tool:
                RunUndo(step);
                break;
            default:
                throw new RepairException($"unknown step {step.Kind}: is this run of a newer version?");
        }
    }

    private void PutFileBack(RunFolder run, Step step)
    {
        files.RemoveTemporary(step.Path!, step.Temporary!);
        if (step.Before is not { } before)
            files.Remove(step.Path!);
        else if (files.Look(step.Path!) != before)
            files.Write(step.Path!, run.Copy(step), before.Mode, before.User, before.Group, step.Temporary!);
        foreach (var folder in step.Folders.Reverse())
            files.RemoveFolderIfEmpty(folder);
    }

    private void RunUndo(Step step)
    {
        if (step.Undo.Count == 0)
            return;
        var result = programs.Run(step.Undo[0], [.. step.Undo.Skip(1)], Patience);
        if (result.ExitCode != 0)
            throw new RepairException($"{string.Join(' ', step.Undo)}: {Verification.Said(result)}");
    }

    private bool IsChanged(Step step)
    {
        var now = files.Look(step.Path!);
        if (step.Kind == StepKind.Mode)
            return now is not null && !SameMode(now, step.Before!) && !SameMode(now, step.After!);
        var hash = now?.Hash;
        // A program that was cut short may have left anything; nobody else is suspected then.
        if (step is { State: StepState.Intended, After: null })
            return false;
        return !string.Equals(hash, step.After?.Hash, StringComparison.Ordinal) && !string.Equals(hash, step.Before?.Hash, StringComparison.Ordinal);
    }

    private static bool SameMode(FileState one, FileState two) => one.Mode == two.Mode && one.User == two.User && one.Group == two.Group;
}
