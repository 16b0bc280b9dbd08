using System.Collections.Concurrent;
using System.Text;
using Garita.Machine.Files;

namespace Garita.Hardening.Host;

/// <summary>
/// This host, or a file system below a folder: an image, a mounted disk. Of the latter, whoever made it is not trusted: its links are resolved here,
/// part by part and never out of the folder, instead of by the kernel, which would take an absolute link for one of this host. Pipes, sockets and
/// devices are never opened. The kernel's /proc and /sys are those of the running system, so that of another one they say nothing.
/// </summary>
public sealed class DiskHost : IHost
{
    private const int LargestFile = 8 << 20;
    private const int MostNames = 100_000;
    private const int MostLinks = 40; // as the kernel
    private readonly ConcurrentDictionary<string, Lazy<CommandResult>> _answers = new(StringComparer.Ordinal);
    private readonly ProgramRunner _programs;

    /// <summary>Nothing is read yet.</summary>
    /// <param name="root">The folder; <c>/</c> is this host as it runs.</param>
    public DiskHost(string root = "/")
        : this(root, new ProgramRunner())
    {
    }

    internal DiskHost(string root, ProgramRunner programs)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        IsLive = string.Equals(Root, "/", StringComparison.Ordinal);
        _programs = programs;
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public bool IsLive { get; }

    /// <inheritdoc/>
    public string? Read(string path)
    {
        if (Place(path) is not { } place || LinuxFiles.Look(place, follow: IsLive) is not { } entry)
            return null;
        switch (entry.Kind)
        {
            case FileKind.Folder or FileKind.Null:
                return null;
            case FileKind.Special or FileKind.Link:
                throw new CannotLookException($"{path} is a pipe, socket or device and is not opened");
        }

        if (entry.Size > LargestFile)
            throw LinuxFiles.TooLarge(path, LargestFile);
        return LinuxFiles.Read(place, follow: IsLive, LargestFile) is { } octets ? Encoding.UTF8.GetString(octets) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string>? List(string path)
    {
        if (Place(path) is not { } place || LinuxFiles.Look(place, follow: IsLive) is not { Kind: FileKind.Folder })
            return null;
        try
        {
            var names = new List<string>();
            foreach (var entry in Directory.EnumerateFileSystemEntries(place))
            {
                if (names.Count == MostNames)
                    throw new CannotLookException($"{path} holds more than 100,000 names");
                names.Add(Path.GetFileName(entry));
            }

            names.Sort(StringComparer.Ordinal);
            return names;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CannotLookException($"{path} cannot be read: {refused.Message}", refused);
        }
    }

    /// <inheritdoc/>
    public FileFacts? Stat(string path) =>
        Place(path) is { } place && LinuxFiles.Look(place, follow: IsLive) is { } entry
            ? new FileFacts(entry.Mode, entry.User, entry.Group, entry.Kind == FileKind.Folder) { Modified = entry.Modified }
            : null;

    /// <inheritdoc/>
    public string? LinkTarget(string path) => Place(path, followLast: false) is { } place ? LinuxFiles.Target(place) : null;

    /// <inheritdoc/>
    public bool Has(string program) => IsLive && ProgramRunner.Find(program) is not null;

    /// <inheritdoc/>
    public CommandResult Run(string program, IReadOnlyList<string> arguments)
    {
        if (!IsLive)
            throw new CannotLookException($"{program} cannot be asked about a system that does not run");
        // Many checks ask the same; a failure is an answer as well.
        return _answers.GetOrAdd(
            string.Join('\0', [program, .. arguments]),
            static (_, question) => new Lazy<CommandResult>(() => question.Programs.Run(question.Program, question.Arguments)),
            (Programs: _programs, Program: program, Arguments: arguments)).Value;
    }

    /// <summary>Where a path of the host is on this disk, with no link left in it; null when there is nothing. Of the running system the kernel knows best.</summary>
    private string? Place(string path, bool followLast = true)
    {
        if (!path.StartsWith('/'))
            throw new ArgumentException($"{path} is not absolute", nameof(path));
        if (IsLive)
            return path;
        var waiting = new Stack<string>(path.Split('/').Reverse());
        var inside = new List<string>();
        var links = 0;
        while (waiting.TryPop(out var name))
        {
            if (name is "" or ".")
                continue;
            if (name is "..")
            {
                // Above the root is the root, as under chroot(2).
                if (inside.Count > 0)
                    inside.RemoveAt(inside.Count - 1);
                continue;
            }

            inside.Add(name);
            if (inside is ["proc" or "sys", ..])
                throw new CannotLookException($"{path} is seen on the running system only");
            var here = $"{Root}/{string.Join('/', inside)}";
            if (LinuxFiles.Look(here, follow: false) is not { } entry)
                return null;
            if (entry.Kind != FileKind.Link || (!followLast && waiting.All(static rest => rest.Length == 0)))
                continue;
            if (++links > MostLinks)
                throw new CannotLookException($"{path} leads through too many symbolic links");
            var target = LinuxFiles.Target(here) ?? "";
            inside.RemoveAt(inside.Count - 1);
            if (target.StartsWith('/'))
                inside.Clear();
            foreach (var part in target.Split('/').Reverse())
                waiting.Push(part);
        }

        return inside.Count == 0 ? Root : $"{Root}/{string.Join('/', inside)}";
    }
}
