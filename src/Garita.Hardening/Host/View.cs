using System.Net;

namespace Garita.Hardening.Host;

/// <summary>A host as one check sees it: the same questions, and a list of what was read to answer them.</summary>
/// <param name="host">The host.</param>
/// <param name="facts">What many checks ask for and is worth finding out once.</param>
public sealed class View(IHost host, HostFacts facts)
{
    private readonly List<string> _read = [];

    /// <summary>Whether it is the running system.</summary>
    public bool IsLive => host.IsLive;

    /// <summary>Files, folders and commands that were asked, in order, each once.</summary>
    public IReadOnlyList<string> WasRead => _read;

    /// <summary>The role the audit was asked for or found.</summary>
    public Roles Roles => facts.Roles;

    /// <inheritdoc cref="HostFacts.DataFolder"/>
    public string DataFolder => facts.DataFolder;

    /// <summary>Now, by the clock that ages are measured by.</summary>
    public DateTimeOffset Now => facts.Time.GetUtcNow();

    /// <inheritdoc cref="IHost.Read"/>
    public string? Read(string path) => Noting(path, host.Read(path));

    /// <summary>The lines of a file without comments (#, ; at the start of a line), trimmed, none empty; null when there is no such file.</summary>
    /// <param name="path">Its path.</param>
    public IReadOnlyList<string>? Lines(string path) => Read(path) is { } text ? Text.Lines(text) : null;

    /// <inheritdoc cref="IHost.List"/>
    public IReadOnlyList<string>? List(string path) => Noting(path, host.List(path));

    /// <inheritdoc cref="IHost.Stat"/>
    public FileFacts? Stat(string path) => Noting(path, host.Stat(path));

    /// <inheritdoc cref="IHost.LinkTarget"/>
    public string? LinkTarget(string path) => Noting(path, host.LinkTarget(path));

    /// <summary>Whether there is anything at a path.</summary>
    /// <param name="path">Its path.</param>
    public bool Exists(string path) => Stat(path) is not null;

    /// <inheritdoc cref="IHost.Has"/>
    public bool Has(string program) => host.Has(program);

    /// <summary>What a program says on standard output. Throws when it cannot be run or fails.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    public string Ask(string program, params string[] arguments)
    {
        var result = Run(program, arguments);
        if (result.ExitCode == 0)
            return result.Output;
        var said = (result.Error.Length > 0 ? result.Error : result.Output).Trim();
        throw new CannotLookException($"{program} ended with code {result.ExitCode}{(said.Length > 0 ? ": " + Text.FirstLine(said) : "")}");
    }

    /// <summary>Runs a program that may fail. Throws only when it cannot be run.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    public CommandResult Run(string program, params string[] arguments)
    {
        if (!host.IsLive)
            throw new CannotLookException($"{program} cannot be asked about a system that does not run");
        Note(string.Join(' ', [program, .. arguments]));
        return host.Run(program, arguments);
    }

    /// <summary>
    /// A kernel setting: of the running kernel, or for another file system as sysctl.d(5) would set it. Throws when neither says: a kernel's own
    /// default is seen on the running system only.
    /// </summary>
    /// <param name="name">Its name with dots, as in <c>net.ipv4.tcp_syncookies</c>.</param>
    public string Sysctl(string name)
    {
        if (IsLive)
            return Read("/proc/sys/" + name.Replace('.', '/'))?.Trim() ?? throw new CannotLookException($"this kernel has no {name}");
        Note("sysctl.d");
        return facts.ConfiguredSysctls.GetValueOrDefault(name) ?? throw new CannotLookException($"{name} is not set in sysctl.d, and the kernel's default is seen on the running system only");
    }

    /// <summary>What sysctl.d(5) sets at boot, or null when it leaves this one alone.</summary>
    /// <param name="name">Its name with dots.</param>
    public string? ConfiguredSysctl(string name)
    {
        Note("sysctl.d");
        return facts.ConfiguredSysctls.GetValueOrDefault(name);
    }

    /// <summary>The version of an installed package, or null. Throws on hosts without dpkg.</summary>
    /// <param name="name">Its name.</param>
    public string? Package(string name) => Packages.GetValueOrDefault(name);

    /// <summary>Installed packages with their versions. Throws on hosts without dpkg.</summary>
    public IReadOnlyDictionary<string, string> Packages
    {
        get
        {
            Note("/var/lib/dpkg/status");
            return facts.Packages ?? throw new CannotLookException("no package database of dpkg here");
        }
    }

    /// <summary>How a systemd unit is set up, by its files.</summary>
    /// <param name="name">Its name with its kind, as in <c>auditd.service</c>.</param>
    public UnitState Unit(string name)
    {
        Note(name);
        return facts.Unit(name);
    }

    /// <summary>The gateways in front of this mail server. Throws when nobody named them.</summary>
    public IReadOnlyList<IPNetwork> Gateways
    {
        get
        {
            var names = facts.Gateways ?? Lines(HostFacts.GatewaysFile);
            if (names is null or { Count: 0 })
                throw new CannotLookException($"nobody said which gateways stand in front: write their addresses to {HostFacts.GatewaysFile}, one a line");
            return [.. names.Select(static name => Networks.TryParse(name, out var network) ? network : throw new CannotLookException($"{name} is no address or network of a gateway"))];
        }
    }

    private T Noting<T>(string what, T answer)
    {
        Note(what);
        return answer;
    }

    private void Note(string what)
    {
        if (!_read.Contains(what, StringComparer.Ordinal))
            _read.Add(what);
    }
}
