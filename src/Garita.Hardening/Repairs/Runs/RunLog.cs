using System.Globalization;
using Garita.Hardening.Repairs.Files;

namespace Garita.Hardening.Repairs.Runs;

/// <summary>All runs: a folder each in <c>harden</c> of root's folder beside the data folder, named after the time of its start, and one lock for all of them.</summary>
public sealed class RunLog
{
    private readonly HostFiles _disk;
    private readonly HostFiles _outside;
    private readonly string _folder;

    /// <summary>The runs in a data folder.</summary>
    /// <param name="dataFolder">The data folder, absolute.</param>
    public RunLog(string dataFolder)
        : this(dataFolder, new HostFiles("/") { IsPrivate = true }, new HostFiles("/"))
    {
    }

    internal RunLog(string dataFolder, HostFiles disk, HostFiles outside)
    {
        _disk = disk;
        _outside = outside;
        // Beside the data folder, whose owner, the gateway's user, could put another in the place of one in it, or move it away.
        _folder = Path.TrimEndingDirectorySeparator(dataFolder) + "-root/harden";
    }

    /// <summary>The file that is locked as long as an apply or undo is at work.</summary>
    public string LockFile => $"{_folder}/lock";

    /// <summary>Takes the lock: one apply or undo at a time. It is free again when this process ends, however it ends.</summary>
    /// <returns>Null when another process has it.</returns>
    public IDisposable? TryLock()
    {
        // What is in these folders is root's alone.
        _outside.MakePrivateFolder(Path.GetDirectoryName(_folder)!);
        _outside.MakePrivateFolder(_folder);
        return _disk.TryLock(LockFile);
    }

    /// <summary>Begins a run; the lock must be held.</summary>
    /// <param name="now">The time.</param>
    /// <param name="who">Who does.</param>
    /// <param name="root">The root of the file system that is changed.</param>
    /// <param name="isTimed">Whether it goes back by itself.</param>
    /// <param name="repairs">The repairs.</param>
    public RunFolder Begin(DateTimeOffset now, string who, string root, bool isTimed, IReadOnlyList<string> repairs)
    {
        var name = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var id = name;
        for (var more = 2; _disk.Look($"{_folder}/{id}") is not null; more++)
            id = string.Create(CultureInfo.InvariantCulture, $"{name}-{more}");
        return RunFolder.Begin(_disk, $"{_folder}/{id}", new RunManifest(id, now, who, root, isTimed, repairs, RunState.Running, []));
    }

    /// <summary>A run by its name; null when there is none.</summary>
    /// <param name="id">Its name.</param>
    public RunFolder? Find(string id) => IsName(id) ? RunFolder.Open(_disk, $"{_folder}/{id}") : null;

    /// <summary>All runs, the newest first.</summary>
    public IReadOnlyList<RunFolder> All() => !Directory.Exists(_folder) ? []
        : [.. Directory.EnumerateDirectories(_folder).Select(Path.GetFileName).Where(static name => IsName(name!)).OfType<string>()
            .OrderByDescending(static name => name, RunOrder).Select(Find).OfType<RunFolder>()];

    private static Comparer<string> RunOrder { get; } = Comparer<string>.Create(static (one, two) =>
        string.CompareOrdinal(one[..16], two[..16]) is var byTime and not 0 ? byTime : Number(one).CompareTo(Number(two)));

    private static int Number(string id) => id.Length > 17 && int.TryParse(id.AsSpan(17), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;

    private static bool IsName(string id) => id.Length is >= 16 and <= 24 && id[15] == 'Z' && id.All(static letter => char.IsAsciiDigit(letter) || letter is 'T' or 'Z' or '-');
}
