using Garita.Hardening.Host;

namespace Garita.EndToEnd.Hardening;

/// <summary>This host with the packet filter of a network namespace that a test made: programs run in there, files are the test's own or absent.</summary>
internal sealed class NamespaceHost(string name) : IHost, IAsyncDisposable
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public bool IsLive => true;

    public static async Task<NamespaceHost> MakeAsync(string purpose)
    {
        var host = new NamespaceHost(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"garita-{purpose}-{Environment.ProcessId}"));
        await NamedNamespace.AddAsync(host.Name);
        return host;
    }

    public string Name => name;

    public NamespaceHost File(string path, string text)
    {
        _files[path] = text;
        return this;
    }

    public async Task DoAsync(params string[] command) => await Tool.RunAsync("ip", ["netns", "exec", name, .. command]);

    public bool Has(string program) => new DiskHost().Has(program);

    public string? Read(string path) => _files.GetValueOrDefault(path);

    public IReadOnlyList<string>? List(string path) =>
        _files.Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal)).Select(file => file[(path.Length + 1)..].Split('/')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } names ? names : null;

    public FileFacts? Stat(string path) => _files.ContainsKey(path) ? new FileFacts(UnixFileMode.UserRead, 0, 0, IsFolder: false) : null;

    public string? LinkTarget(string path) => null;

    // A host asks each thing once, and this one changes: a new one each time.
    public CommandResult Run(string program, IReadOnlyList<string> arguments) => new DiskHost().Run("ip", ["netns", "exec", name, program, .. arguments]);

    public async ValueTask DisposeAsync() => await NamedNamespace.DeleteAsync(name);
}
