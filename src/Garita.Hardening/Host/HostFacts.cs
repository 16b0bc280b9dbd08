using System.Collections.Concurrent;

namespace Garita.Hardening.Host;

/// <summary>What many checks ask of a host, found out once.</summary>
public sealed class HostFacts
{
    private static readonly string[] UnitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];
    private static readonly string[] SysctlFolders = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];
    private readonly ConcurrentDictionary<string, UnitState> _units = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyDictionary<string, string>?> _packages;
    private readonly Lazy<IReadOnlyDictionary<string, string>> _sysctls;
    private readonly Lazy<HashSet<string>> _enabled;
    private readonly IHost _host;

    /// <summary>Nothing is read before it is asked for.</summary>
    /// <param name="host">The host.</param>
    /// <param name="roles">What it does, or <see cref="Roles.None"/> to find out by what is installed.</param>
    public HostFacts(IHost host, Roles roles)
    {
        _host = host;
        _packages = new(ReadPackages);
        _sysctls = new(ReadSysctls);
        _enabled = new(ReadEnabled);
        Roles = roles == Roles.None ? Installed(host) : roles;
    }

    /// <summary>What the host does.</summary>
    public Roles Roles { get; }

    /// <summary>Where Garita keeps its data on that host.</summary>
    public string DataFolder { get; init; } = "/var/lib/garita";

    /// <summary>The clock that ages are measured by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Installed packages, or null without a database of dpkg.</summary>
    public IReadOnlyDictionary<string, string>? Packages => _packages.Value;

    /// <summary>The gateways in front of this mail server, addresses or networks; null to take those of <see cref="GatewaysFile"/>.</summary>
    public IReadOnlyList<string>? Gateways { get; init; }

    /// <summary>Where a mail server's administrator names the gateways in front of it, one address or network a line.</summary>
    public const string GatewaysFile = "/etc/garita/gateways";

    /// <summary>What sysctl.d(5) sets.</summary>
    public IReadOnlyDictionary<string, string> ConfiguredSysctls => _sysctls.Value;

    /// <summary>How a unit is set up.</summary>
    /// <param name="name">Its name.</param>
    public UnitState Unit(string name) => _units.GetOrAdd(name, ReadUnit);

    private static Roles Installed(IHost host)
    {
        var roles = Roles.None;
        // What may not be looked at is taken to be there: its checks then say that they could not look.
        bool MayBe(string path)
        {
            try
            {
                return host.Stat(path) is not null;
            }
            catch (CannotLookException)
            {
                return true;
            }
        }

        void Add(Roles role, params ReadOnlySpan<string> paths)
        {
            foreach (var path in paths)
            {
                if (MayBe(path))
                    roles |= role;
            }
        }
        Add(Roles.Gateway, "/etc/garita/garita.toml", "/usr/lib/garita/garita");
        Add(Roles.Postfix, "/etc/postfix/main.cf");
        Add(Roles.Exim, "/etc/exim4", "/etc/exim/exim.conf");
        Add(Roles.Sendmail, "/etc/mail/sendmail.cf", "/etc/mail/sendmail.mc");
        Add(Roles.Dovecot, "/etc/dovecot/dovecot.conf");
        Add(Roles.OpenSmtpd, "/etc/smtpd.conf", "/etc/mail/smtpd.conf");
        return roles;
    }

    private Dictionary<string, string>? ReadPackages()
    {
        if (_host.Read("/var/lib/dpkg/status") is not { } text)
            return null;
        var packages = new Dictionary<string, string>(StringComparer.Ordinal);
        string? name = null;
        var installed = false;
        foreach (var raw in text.Split('\n'))
        {
            if (raw.StartsWith("Package: ", StringComparison.Ordinal))
            {
                name = raw[9..].Trim();
                installed = false;
            }
            else if (raw.StartsWith("Status: ", StringComparison.Ordinal))
            {
                installed = raw.EndsWith(" installed", StringComparison.Ordinal);
            }
            else if (raw.StartsWith("Version: ", StringComparison.Ordinal) && installed && name is not null)
            {
                packages[name] = raw[9..].Trim();
            }
        }
        // Not even dpkg: who reads nothing there has not looked.
        return packages.Count > 0 || text.StartsWith("Package: ", StringComparison.Ordinal) ? packages : throw new CannotLookException("/var/lib/dpkg/status names no package");
    }

    /// <summary>sysctl.d(5): files are taken in the order of their names, wherever they lie; a name hides the same in a later folder. /etc/sysctl.conf comes last.</summary>
    private Dictionary<string, string> ReadSysctls()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in SysctlFolders)
        {
            foreach (var name in _host.List(folder) ?? [])
            {
                if (name.EndsWith(".conf", StringComparison.Ordinal))
                    files.TryAdd(name, $"{folder}/{name}");
            }
        }
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in files.Values.Append("/etc/sysctl.conf"))
        {
            foreach (var (key, value) in Text.Values(_host.Read(path) ?? ""))
                values[key.TrimStart('-').Replace('/', '.')] = value;
        }
        return values;
    }

    private HashSet<string> ReadEnabled()
    {
        var enabled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in UnitFolders)
        {
            foreach (var name in _host.List(folder) ?? [])
            {
                if (name.EndsWith(".wants", StringComparison.Ordinal) || name.EndsWith(".requires", StringComparison.Ordinal))
                    enabled.UnionWith(_host.List($"{folder}/{name}") ?? []);
            }
        }
        return enabled;
    }

    private UnitState ReadUnit(string name)
    {
        foreach (var folder in UnitFolders)
        {
            if (string.Equals(_host.LinkTarget($"{folder}/{name}"), "/dev/null", StringComparison.Ordinal))
                return UnitState.Masked;
            if (_host.Stat($"{folder}/{name}") is not null)
                return _enabled.Value.Contains(name) ? UnitState.Enabled : UnitState.Disabled;
        }
        return UnitState.Absent;
    }
}
