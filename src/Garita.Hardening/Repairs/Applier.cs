using System.Globalization;
using System.Text;
using Garita.Hardening.Repairs.Files;
using Garita.Hardening.Repairs.Runs;
using Garita.Machine.Files;

namespace Garita.Hardening.Repairs;

/// <summary>
/// Does repairs. Each step is written down with what was there before it is done; files are replaced as a whole; a repair that fails, or after which a
/// service could not read its settings, is put back at once, and the others go on. Services read their settings again when all is done. Does not
/// ask and does not judge: what is given to it was previewed.
/// </summary>
/// <param name="files">The host's files.</param>
/// <param name="programs">Its programs.</param>
/// <param name="isBooted">Whether systemd runs there.</param>
public sealed class Applier(HostFiles files, IPrograms programs, bool isBooted)
{
    // A first inventory of all files (aideinit) takes minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private readonly Units _units = new(programs, files.Root, isBooted);
    private readonly Packages _packages = new(programs);
    private readonly Undoer _undoer = new(files, programs, isBooted);

    /// <summary>Whether somebody asked to stop: then the repair at work is finished, and no other is begun.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Does repairs in order.</summary>
    /// <param name="run">Where it is written down.</param>
    /// <param name="repairs">The repairs.</param>
    /// <returns>What became of each. A run that changed nothing is not kept.</returns>
    public IReadOnlyList<RepairResult> Apply(RunFolder run, IReadOnlyList<PlannedRepair> repairs)
    {
        var results = new List<RepairResult>();
        var reloads = new List<(string Unit, string Repair)>();
        foreach (var repair in repairs)
            results.Add(Stop.IsCancellationRequested ? new(repair.Id, RepairOutcome.Stopped, "stopped before it") : One(run, repair, reloads));
        Reload(run, reloads, results);
        run.Note(RunState.Done);
        if (run.Manifest.Steps.Count == 0)
            run.Discard();
        return results;
    }

    /// <summary>Why a repair cannot be done in another file system; null when it can.</summary>
    /// <param name="repair">The repair.</param>
    public static string? NotElsewhere(PlannedRepair repair) => repair.Repair.Changes.Select(static change => change switch
    {
        InstallPackages or RemovePackages => "packages are changed on the running system only",
        RunTool tool => $"{tool.Program} works on the running system only",
        _ => null,
    }).FirstOrDefault(static reason => reason is not null);

    private RepairResult One(RunFolder run, PlannedRepair repair, List<(string Unit, string Repair)> reloads)
    {
        var first = run.Manifest.Steps.Count;
        var verifications = files.IsOwn ? Verification.For(repair.Repair.Changes.SelectMany(PlannedRepair.PathsOf)) : [];
        try
        {
            if (!files.IsOwn && NotElsewhere(repair) is { } reason)
                return new(repair.Id, RepairOutcome.Failed, reason);
            foreach (var verification in verifications)
            {
                if (verification.Problem(programs) is { } already)
                    return new(repair.Id, RepairOutcome.Failed, $"{already}: it was so before, mend that first");
            }

            var done = new List<string>();
            var wanted = new List<string>();
            foreach (var change in repair.Repair.Changes)
            {
                if (change is SetUnit { Wish: UnitWish.Reload } reload)
                    wanted.Add(reload.Unit);
                else if (Do(run, repair.Id, change))
                    done.Add(PlannedRepair.InWords(change));
            }

            foreach (var verification in verifications)
            {
                if (verification.Problem(programs) is { } problem)
                    throw new RepairException(problem);
            }

            if (done.Count == 0)
                return new(repair.Id, RepairOutcome.Nothing, "all is as it should be");
            foreach (var unit in wanted)
            {
                // Written down now: undo lets the unit read its settings once more.
                run.Intend(new Step(repair.Id, StepKind.Reload) { Unit = unit }, []);
                reloads.Add((unit, repair.Id));
            }

            return new(repair.Id, RepairOutcome.Done, string.Join("; ", done));
        }
        catch (Exception problem) when (problem is RepairException or IOException or UnauthorizedAccessException)
        {
            return PutBack(run, repair.Id, first, problem.Message);
        }
    }

    private RepairResult PutBack(RunFolder run, string id, int first, string why)
    {
        var problems = _undoer.PutBack(run, step => string.Equals(step.Repair, id, StringComparison.Ordinal), first, force: true);
        return problems.Count == 0 ? new(id, RepairOutcome.Failed, why + (run.Manifest.Steps.Count > first ? "; what was done of it is put back" : ""))
            : new(id, RepairOutcome.Broken, $"{why}; not put back: {string.Join("; ", problems)}");
    }

    /// <summary>All services at the end and each once: systemd refuses to start one too often.</summary>
    private void Reload(RunFolder run, List<(string Unit, string Repair)> reloads, List<RepairResult> results)
    {
        foreach (var group in reloads.GroupBy(static reload => reload.Unit, static reload => reload.Repair, StringComparer.Ordinal))
        {
            var (wants, steps) = (group.ToHashSet(StringComparer.Ordinal), run.Manifest.Steps);
            try
            {
                _units.Set(group.Key, UnitWish.Reload);
                for (var number = 0; number < steps.Count; number++)
                {
                    if (steps[number] is { Kind: StepKind.Reload } step && string.Equals(step.Unit, group.Key, StringComparison.Ordinal))
                        run.Note(number, step with { State = StepState.Done });
                }
            }
            catch (RepairException problem)
            {
                foreach (var id in wants.Reverse())
                {
                    var at = results.FindIndex(result => string.Equals(result.Id, id, StringComparison.Ordinal));
                    if (results[at].Outcome == RepairOutcome.Done)
                        results[at] = PutBack(run, id, 0, problem.Message);
                }
            }
        }
    }

    /// <summary>Does a change unless it is done already.</summary>
    /// <returns>Whether there was something to do.</returns>
    private bool Do(RunFolder run, string repair, Change change)
    {
        switch (change)
        {
            case PutFile put:
                return Put(run, repair, put.Path, Encoding.UTF8.GetBytes(put.Content), put.Mode);
            case SetLine line:
                var before = files.Read(line.Path) ?? throw new RepairException($"{line.Path} does not exist");
                return Put(run, repair, line.Path, LineEdit.Apply(before, line), mode: null);
            case SetMode mode:
                return Mode(run, repair, mode);
            case SetUnit unit:
                return Unit(run, repair, unit);
            case InstallPackages install:
                var coming = _packages.BeforeInstalling(install.Names);
                return !coming.IsNothing && Step(run, new Step(repair, StepKind.Install) { Packages = coming.New }, () => _packages.Install(install.Names));
            case RemovePackages remove:
                var going = _packages.BeforeRemoving(remove.Names);
                return !going.IsNothing && Step(run, new Step(repair, StepKind.Remove) { Packages = going.Gone }, () => _packages.Remove([.. going.Gone.Select(static gone => gone.Split('=')[0])]));
            case RunTool tool:
                return Tool(run, repair, tool);
            default:
                throw new ArgumentException($"unknown change {change}", nameof(change));
        }
    }

    private bool Put(RunFolder run, string repair, string path, byte[] content, UnixFileMode? mode)
    {
        var before = files.Look(path);
        var (user, group) = mode is null && before is not null ? (before.User, before.Group) : (Self.User, Self.Group);
        var after = new FileState(IsFolder: false, mode ?? before!.Mode, user, group, HostFiles.Hash(content));
        if (after == before)
            return false;
        var number = run.Manifest.Steps.Count;
        var step = Keep(run, repair, path, before) with { After = after };
        return Step(run, step, () => files.Write(path, content, after.Mode, user, group, step.Temporary!), before is null ? [] : files.Read(path)!, number);
    }

    private Step Keep(RunFolder run, string repair, string path, FileState? before)
    {
        if (before is { IsFolder: true })
            throw new RepairException($"{path} is a folder");
        var number = run.Manifest.Steps.Count.ToString(CultureInfo.InvariantCulture);
        return new Step(repair, StepKind.File)
        {
            Path = path,
            Before = before,
            Copy = before is null ? null : "file-" + number,
            Temporary = $".garita-{run.Manifest.Id}-{number}",
            Folders = files.MissingFolders(path),
        };
    }

    private bool Mode(RunFolder run, string repair, SetMode mode)
    {
        var before = files.Look(mode.Path) ?? throw new RepairException($"{mode.Path} does not exist");
        var after = before with
        {
            Mode = mode.Mode,
            User = mode.User is null ? before.User : Number("/etc/passwd", mode.User),
            Group = mode.Group is null ? before.Group : Number("/etc/group", mode.Group),
        };
        return after != before && Step(run, new Step(repair, StepKind.Mode) { Path = mode.Path, Before = before, After = after }, () => files.SetMode(mode.Path, after.Mode, after.User, after.Group));
    }

    private bool Unit(RunFolder run, string repair, SetUnit unit)
    {
        if (_units.Is(unit.Unit, unit.Wish))
            return false;
        var step = new Step(repair, StepKind.Unit) { Unit = unit.Unit, WasEnabled = _units.Enabled(unit.Unit), WasActive = _units.IsActive(unit.Unit) };
        return Step(run, step, () => _units.Set(unit.Unit, unit.Wish));
    }

    private bool Tool(RunFolder run, string repair, RunTool tool)
    {
        // The program's own step comes first, so that undo, which goes backwards, runs what undoes it when the files are back.
        var first = run.Manifest.Steps.Count;
        run.Intend(new Step(repair, StepKind.Tool) { Undo = tool.Undo }, []);
        foreach (var path in tool.Files)
        {
            var before = files.Look(path);
            run.Intend(Keep(run, repair, path, before), before is null ? [] : files.Read(path)!);
        }

        var result = programs.Run(tool.Program, tool.Arguments, Patience);
        if (result.ExitCode != 0)
            throw new RepairException($"{tool.Program} {string.Join(' ', tool.Arguments)}: {Verification.Said(result)}");
        var changed = tool.Files.Count == 0;
        for (var number = first; number < run.Manifest.Steps.Count; number++)
        {
            var step = run.Manifest.Steps[number];
            var after = step.Path is null ? null : files.Look(step.Path);
            changed |= after != step.Before;
            run.Note(number, step with { State = StepState.Done, After = after });
        }

        return changed;
    }

    private static bool Step(RunFolder run, Step step, Action act, byte[]? content = null, int? number = null)
    {
        var at = run.Intend(step, content ?? []);
        System.Diagnostics.Debug.Assert(number is null || number == at, "a step was written down in between");
        act();
        run.Note(at, step with { State = StepState.Done });
        return true;
    }

    /// <summary>A user's or group's number as the file system itself has it: passwd(5), group(5).</summary>
    private uint Number(string database, string name)
    {
        if (name is "root")
            return 0;
        foreach (var line in Encoding.UTF8.GetString(files.Read(database) ?? []).Split('\n'))
        {
            if (line.Split(':') is [var known, _, var number, ..] && string.Equals(known, name, StringComparison.Ordinal) && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return id;
        }

        throw new RepairException($"there is no {name} in {database}");
    }
}
