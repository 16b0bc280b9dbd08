using System.Globalization;
using System.Text;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Files;
using Garita.Hardening.Repairs.Runs;

namespace Garita.Hardening.Tests.Repairs;

/// <summary>The file system of a host in a temporary folder, its runs beside it, and a process that can be killed before any write.</summary>
internal sealed class HostFolder : IDisposable
{
    private readonly string _folder = Memory();
    private int _writes;

    public HostFolder()
    {
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Data);
    }

    public string Root => Path.Combine(_folder, "root");

    public string Data => Path.Combine(_folder, "data");

    public FakePrograms Programs { get; } = new();

    /// <summary>How many writes there were, and before which one the process is killed.</summary>
    public int Writes => _writes;

    public int KillBefore { get; set; } = int.MaxValue;

    /// <summary>Whose links are followed.</summary>
    public Predicate<uint> Trusts { get; set; } = static _ => true;

    public HostFiles Files => new(Root, user => Trusts(user), Count);

    public RunLog Log => new(Data, new HostFiles("/", static _ => true, Count) { IsPrivate = true }, new HostFiles("/"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public HostFolder With(string path, string text, int mode = 0x1A4 /* 0644 */)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
        File.SetUnixFileMode(At(path), (UnixFileMode)mode);
        return this;
    }

    public string At(string path) => Root + path;

    public string Text(string path) => File.ReadAllText(At(path));

    /// <summary>Everything below the root: paths, modes, contents and targets.</summary>
    public string Picture()
    {
        var picture = new StringBuilder();
        foreach (var path in Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var info = new FileInfo(path);
            picture.Append(CultureInfo.InvariantCulture, $"{path[Root.Length..]} {info.UnixFileMode} {info.LinkTarget} ");
            picture.AppendLine(info.LinkTarget is null && !Directory.Exists(path) ? Convert.ToBase64String(File.ReadAllBytes(path)) : "");
        }

        return picture.ToString();
    }

    public IReadOnlyList<RepairResult> Apply(params PlannedRepair[] repairs)
    {
        using var taken = Log.TryLock();
        Xunit.Assert.NotNull(taken);
        return new Applier(Files, Programs, isBooted: true).Apply(Log.Begin(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), "root", Root, isTimed: false, [.. repairs.Select(static repair => repair.Id)]), repairs);
    }

    public IReadOnlyList<string> Undo(bool force = false)
    {
        var undoer = new Undoer(Files, Programs, isBooted: true);
        return [.. Log.All().Where(static run => run.Manifest.HasEffect).SelectMany(run => undoer.Undo(run, force))];
    }

    /// <summary>In memory where that is possible: each write is put on the disk, and a test makes thousands.</summary>
    private static string Memory() => Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/garita-repairs-{Guid.NewGuid():N}", (UnixFileMode)0x1C0).FullName
        : Directory.CreateTempSubdirectory("garita-repairs-").FullName;

    private void Count(string what)
    {
        if (++_writes >= KillBefore)
            throw new KilledException(what);
    }
}

/// <summary>Stands for SIGKILL: nobody catches it.</summary>
internal sealed class KilledException(string before) : Exception("killed before " + before);
