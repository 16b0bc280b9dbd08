using System.Globalization;

namespace Garita.Gateway.Ledger;

/// <summary>
/// Decision records as JSON lines: <c>decisions-YYYYMMDD.jsonl</c>, then <c>decisions-YYYYMMDD-1.jsonl</c> … when one is full (UTC days).
/// A line that was torn by a crash or a full disk is ended before the next one, so that it spoils no other.
/// Throws what the file system throws; the next call opens the file afresh. Not for several threads.
/// </summary>
internal sealed class DecisionFiles : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly long _maxSize;
    private readonly long _rotateAt;
    private FileStream? _file;
    private DateOnly _day;
    private int _number;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="folder">The folder, made when it is missing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxSize">All files together, octets.</param>
    /// <param name="rotateAt">A file that has this many octets is followed by another.</param>
    public DecisionFiles(string folder, TimeProvider time, long maxSize, long rotateAt)
    {
        _folder = folder;
        _time = time;
        _maxSize = maxSize;
        _rotateAt = Math.Max(1, Math.Min(rotateAt, maxSize / 4));
    }

    /// <summary>Appends whole lines, in one write.</summary>
    /// <returns>Whether a file was opened for it: time to look at the size of all.</returns>
    public bool Append(ReadOnlySpan<byte> lines)
    {
        try
        {
            var before = _file;
            Open().Write(lines);
            return before != _file;
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Removes files that are wholly too old, and the oldest while all together leave no room for another full one; never the one being written.</summary>
    /// <param name="before">The time before which records are not kept.</param>
    public void Trim(DateTimeOffset before)
    {
        if (!Directory.Exists(_folder))
            return;
        var oldest = DateOnly.FromDateTime(before.UtcDateTime);
        var files = Directory.EnumerateFiles(_folder, "decisions-*.jsonl")
            .Select(static path => (Path: path, IsOurs: TryName(path, out var day, out var number), Day: day, Number: number))
            .Where(static file => file.IsOurs)
            .OrderBy(static file => file.Day).ThenBy(static file => file.Number)
            .Select(static file => (file.Path, file.Day, new FileInfo(file.Path).Length))
            .ToList();
        var total = files.Sum(static file => file.Length);
        foreach (var (path, day, length) in files)
        {
            if ((day >= oldest && total <= _maxSize - _rotateAt) || string.Equals(path, _file?.Name, StringComparison.Ordinal))
                break;
            File.Delete(path);
            total -= length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private FileStream Open()
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        if (_file is not null && (_day != today || _file.Position >= _rotateAt || !File.Exists(_file.Name)))
            Close();
        if (_file is not null)
            return _file;

        Directory.CreateDirectory(_folder);
        _day = today;
        _number = Directory.EnumerateFiles(_folder, $"decisions-{today:yyyyMMdd}*.jsonl")
            .Select(static path => TryName(path, out _, out var number) ? number : 0)
            .DefaultIfEmpty().Max();
        if (new FileInfo(PathOf(_day, _number)) is { Exists: true } full && full.Length >= _rotateAt)
            _number++;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mode;
        _file = new FileStream(PathOf(_day, _number), options);
        // Whatever the umask of the service: the group may read what was decided.
        if (!OperatingSystem.IsWindows() && _file.Length == 0)
            File.SetUnixFileMode(_file.SafeFileHandle, Mode);
        EndTornLine(_file);
        return _file;
    }

    private static void EndTornLine(FileStream file)
    {
        if (!file.CanSeek || file.Length == 0)
            return;
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != '\n')
            file.WriteByte((byte)'\n');
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private string PathOf(DateOnly day, int number) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"decisions-{day:yyyyMMdd}{(number == 0 ? "" : "-")}{(number == 0 ? "" : number)}.jsonl"));

    private static bool TryName(string path, out DateOnly day, out int number)
    {
        number = 0;
        var name = Path.GetFileNameWithoutExtension(path.AsSpan())["decisions-".Length..];
        var dash = name.IndexOf('-');
        return DateOnly.TryParseExact(dash < 0 ? name : name[..dash], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            && (dash < 0 || int.TryParse(name[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out number));
    }
}
