namespace Garita.Hardening.Host;

/// <summary>
/// A host to look at: this one, or the file system of another (an image, a mounted disk). Paths are absolute, as that host has them; symbolic links
/// are followed inside it. Asking for what may not be seen throws <see cref="CannotLookException"/>. May be asked from several threads.
/// </summary>
public interface IHost
{
    /// <summary>Whether it is the running system: then its kernel and its programs can be asked.</summary>
    bool IsLive { get; }

    /// <summary>The text of a file (at most 8 MiB), or null when there is none.</summary>
    /// <param name="path">Its path.</param>
    string? Read(string path);

    /// <summary>The names in a folder, sorted, or null when there is none.</summary>
    /// <param name="path">Its path.</param>
    IReadOnlyList<string>? List(string path);

    /// <summary>What there is at a path, links followed, or null.</summary>
    /// <param name="path">Its path.</param>
    FileFacts? Stat(string path);

    /// <summary>Where a symbolic link points to, as it is written, or null when there is no link at this path.</summary>
    /// <param name="path">Its path.</param>
    string? LinkTarget(string path);

    /// <summary>Whether the running system has a program; never for another file system.</summary>
    /// <param name="program">Its name, as in <c>postconf</c>.</param>
    bool Has(string program);

    /// <summary>Runs a program that only reads, in the C locale, for at most 10 s. Throws when there is no such program or it does not end.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    CommandResult Run(string program, IReadOnlyList<string> arguments);
}

/// <summary>What is at a path.</summary>
/// <param name="Mode">Permissions, with the set-id and sticky bits.</param>
/// <param name="User">The owner's id.</param>
/// <param name="Group">The group's id.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
public sealed record FileFacts(UnixFileMode Mode, uint User, uint Group, bool IsFolder)
{
    /// <summary>When the content last changed, or null where the host does not tell.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>Whether anybody but owner and group may do one of these.</summary>
    public bool OthersMay(UnixFileMode modes) => (Mode & modes & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) != UnixFileMode.None;

    /// <summary>The mode as administrators write it: <c>0640</c>.</summary>
    public string Octal => "0" + Convert.ToString((int)Mode, 8).PadLeft(3, '0');
}
