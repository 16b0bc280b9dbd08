using System.Runtime.Versioning;
using Garita.Hardening.Host;

namespace Garita.EndToEnd.Hardening;

/// <summary>A host that has some files and nothing else.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FilesHost(params (string Path, string Text)[] files) : IHost
{
    public bool IsLive => false;

    public View Seen => new(this, new HostFacts(this, Garita.Hardening.Roles.Any));

    public string? Read(string path) => files.FirstOrDefault(file => string.Equals(file.Path, path, StringComparison.Ordinal)).Text;

    public IReadOnlyList<string>? List(string path)
    {
        string[] names = [.. files.Where(file => file.Path.StartsWith(path + '/', StringComparison.Ordinal)).Select(file => file.Path[(path.Length + 1)..]).Order(StringComparer.Ordinal)];
        return names.Length > 0 ? names : null;
    }

    public FileFacts? Stat(string path) => null;

    public string? LinkTarget(string path) => null;

    public bool Has(string program) => false;

    public CommandResult Run(string program, IReadOnlyList<string> arguments) => throw new Garita.Hardening.CannotLookException(program);
}
