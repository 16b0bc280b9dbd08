using Garita.Hardening.Host;

namespace Garita.Hardening.Tests;

/// <summary>A host made for a test: files with owners and modes, links, and what programs say. Everything else is absent.</summary>
internal sealed class PreparedRoot : IHost
{
    private readonly SortedDictionary<string, (string Text, FileFacts Facts)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CommandResult> _commands = new(StringComparer.Ordinal);

    public bool IsLive { get; private set; }

    public IReadOnlyDictionary<string, (string Text, FileFacts Facts)> Files => _files;

    public IReadOnlyCollection<string> Links => _links.Keys;

    /// <summary>The running system: kernel and programs may be asked.</summary>
    public PreparedRoot Live()
    {
        IsLive = true;
        return this;
    }

    public PreparedRoot File(string path, string text, int mode = 0x1A4 /* 0644 */, uint user = 0, uint group = 0)
    {
        _files[path] = (text, new FileFacts((UnixFileMode)mode, user, group, IsFolder: false));
        return this;
    }

    public PreparedRoot Folder(string path, int mode = 0x1ED /* 0755 */, uint user = 0, uint group = 0)
    {
        _files[path] = ("", new FileFacts((UnixFileMode)mode, user, group, IsFolder: true));
        return this;
    }

    public PreparedRoot Link(string path, string target)
    {
        _links[path] = target;
        return this;
    }

    public void Unlink(string path) => _links.Remove(path);

    /// <summary>A program of the running system says this when it is asked with exactly these words.</summary>
    public PreparedRoot Says(string command, string output, int exitCode = 0, string error = "")
    {
        _commands[command] = new CommandResult(exitCode, output, error);
        return Live();
    }

    /// <summary>A file or folder that is there was changed last at this time.</summary>
    public PreparedRoot ChangedAt(string path, DateTimeOffset time)
    {
        _files[path] = (_files[path].Text, _files[path].Facts with { Modified = time });
        return this;
    }

    /// <summary>A package of dpkg is installed.</summary>
    public PreparedRoot Installed(string package, string version = "1.0-1")
    {
        var text = _files.TryGetValue("/var/lib/dpkg/status", out var status) ? status.Text : "";
        return File("/var/lib/dpkg/status", $"{text}Package: {package}\nStatus: install ok installed\nVersion: {version}\n\n");
    }

    /// <summary>A kernel setting of the running system.</summary>
    public PreparedRoot Kernel(string name, string value) => File("/proc/sys/" + name.Replace('.', '/'), value + "\n").Live();

    public string? Read(string path) => _files.TryGetValue(Resolve(path), out var file) && !file.Facts.IsFolder ? file.Text : null;

    public IReadOnlyList<string>? List(string path)
    {
        var prefix = path.TrimEnd('/') + "/";
        var names = _files.Keys.Concat(_links.Keys).Where(known => known.StartsWith(prefix, StringComparison.Ordinal))
            .Select(known => known[prefix.Length..].Split('/')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return names.Length > 0 || (_files.TryGetValue(path, out var file) && file.Facts.IsFolder) ? names : null;
    }

    public FileFacts? Stat(string path)
    {
        if (_files.TryGetValue(Resolve(path), out var file))
            return file.Facts;
        return List(path) is null ? null : new FileFacts((UnixFileMode)0x1ED, 0, 0, IsFolder: true);
    }

    public string? LinkTarget(string path) => _links.GetValueOrDefault(path);

    public bool Has(string program) => IsLive && _commands.Keys.Any(command => command.StartsWith(program + ' ', StringComparison.Ordinal) || string.Equals(command, program, StringComparison.Ordinal));

    public CommandResult Run(string program, IReadOnlyList<string> arguments) =>
        _commands.TryGetValue(string.Join(' ', [program, .. arguments]), out var result) ? result : throw new CannotLookException($"{program} is not installed");

    private string Resolve(string path)
    {
        for (var hops = 0; hops < 8 && _links.TryGetValue(path, out var target); hops++)
            path = target.StartsWith('/') ? target : Path.GetFullPath(target, Path.GetDirectoryName(path)!);
        return path;
    }
}
