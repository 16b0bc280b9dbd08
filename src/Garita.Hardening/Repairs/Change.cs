namespace Garita.Hardening.Repairs;

/// <summary>One change of a host. Doing it twice is the same as doing it once.</summary>
public abstract record Change;

/// <summary>A whole file is ours: a drop-in. Its folder is made when it is missing.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Content">Its text.</param>
/// <param name="Mode">Its permissions; the owner is root.</param>
public sealed record PutFile(string Path, string Content, UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead) : Change;

/// <summary>One line of somebody else's file: the first that matches is replaced, further ones are left out, and without any it is added at the end.</summary>
/// <param name="Path">The file, which must exist.</param>
/// <param name="Pattern">A regular expression of .NET and Python alike for lines that this one stands for, as in <c>^\s*#?\s*PermitRootLogin\b</c>.</param>
/// <param name="Line">The line.</param>
public sealed record SetLine(string Path, string Pattern, string Line) : Change;

/// <summary>Permissions and owner.</summary>
/// <param name="Path">File or folder.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="User">The owner's name, or null to leave it.</param>
/// <param name="Group">The group's name, or null to leave it.</param>
public sealed record SetMode(string Path, UnixFileMode Mode, string? User = null, string? Group = null) : Change;

/// <summary>What becomes of a unit.</summary>
public enum UnitWish
{
    /// <summary>Started now and at boot.</summary>
    Enable,

    /// <summary>Stopped now and not started at boot.</summary>
    Disable,

    /// <summary>Stopped, and cannot be started.</summary>
    Mask,

    /// <summary>Reads its settings again, or starts anew when it cannot; left alone when it does not run.</summary>
    Reload,
}

/// <summary>A unit of systemd is enabled, disabled, masked or reloaded.</summary>
/// <param name="Unit">Its name with its kind.</param>
/// <param name="Wish">What becomes of it.</param>
public sealed record SetUnit(string Unit, UnitWish Wish) : Change;

/// <summary>Packages are installed (or updated).</summary>
/// <param name="Names">Their names.</param>
public sealed record InstallPackages(params IReadOnlyList<string> Names) : Change;

/// <summary>Packages are removed; their settings stay.</summary>
/// <param name="Names">Their names.</param>
public sealed record RemovePackages(params IReadOnlyList<string> Names) : Change;

/// <summary>A program does the change, as in <c>postconf -e</c>. Idempotent by itself.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Arguments">Its arguments; none is read by a shell.</param>
public sealed record RunTool(string Program, params IReadOnlyList<string> Arguments) : Change
{
    /// <summary>The files that it changes: kept before, and put back by undo.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What undoes it, program first, where putting the files back is not all; run after they are back.</summary>
    public IReadOnlyList<string> Undo { get; init; } = [];
}
