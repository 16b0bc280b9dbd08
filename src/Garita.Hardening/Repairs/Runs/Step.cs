using Garita.Hardening.Repairs.Files;

namespace Garita.Hardening.Repairs.Runs;

/// <summary>What a step changes.</summary>
public enum StepKind
{
    /// <summary>A file's content, and with it its mode.</summary>
    File,

    /// <summary>Mode and owner of a file or folder.</summary>
    Mode,

    /// <summary>A unit of systemd.</summary>
    Unit,

    /// <summary>A unit reads its settings again; after undoing it does so once more.</summary>
    Reload,

    /// <summary>Packages come.</summary>
    Install,

    /// <summary>Packages go.</summary>
    Remove,

    /// <summary>A program ran; its files are steps of their own.</summary>
    Tool,
}

/// <summary>How far a step is.</summary>
public enum StepState
{
    /// <summary>Written down; whether it was done nobody knows if this is what a cut-short run left.</summary>
    Intended,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Put back.</summary>
    Undone,
}

/// <summary>One thing that a run changes, written down before it is changed.</summary>
/// <param name="Repair">The repair that it belongs to.</param>
/// <param name="Kind">What it changes.</param>
public sealed record Step(string Repair, StepKind Kind)
{
    /// <summary>How far it is.</summary>
    public StepState State { get; init; }

    /// <summary>The file or folder.</summary>
    public string? Path { get; init; }

    /// <summary>What it was like; null when there was none.</summary>
    public FileState? Before { get; init; }

    /// <summary>What it is like after; null when that is not known yet.</summary>
    public FileState? After { get; init; }

    /// <summary>The name of the copy in the run's folder.</summary>
    public string? Copy { get; init; }

    /// <summary>The name that the file has while it is written.</summary>
    public string? Temporary { get; init; }

    /// <summary>Folders that are made for it, outermost first.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The unit.</summary>
    public string? Unit { get; init; }

    /// <summary>What <c>systemctl is-enabled</c> said of it.</summary>
    public string? WasEnabled { get; init; }

    /// <summary>Whether it ran.</summary>
    public bool WasActive { get; init; }

    /// <summary>Packages: new ones to be taken away by undo, or gone ones (<c>name=version</c>) to be brought back.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>What undoes a program's work, program first.</summary>
    public IReadOnlyList<string> Undo { get; init; } = [];
}
