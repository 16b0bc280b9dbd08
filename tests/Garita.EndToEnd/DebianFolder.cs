using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>
/// A whole Debian 12 with Postfix and Dovecot in a temporary folder, made by debootstrap once and kept as an archive. Programs run in it with name
/// spaces of their own, without the rights and without the files in /proc by which they could change this machine.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class DebianFolder : IDisposable
{
    internal const string Packages = "postfix,dovecot-imapd,openssh-server,sudo,auditd,lynis,systemd,systemd-sysv,cron,ca-certificates,libicu72,libssl3,procps,kmod,iproute2,nftables,rsyslog,telnet";

    /// <summary>$1 the folder, $2 the program's folder, $3 the folder of dotnet or nothing; then the command.</summary>
    private const string Enter = """
        set -eu
        root=$1 garita=$2 dotnet=$3
        shift 3
        mount --make-rprivate /
        mkdir -p "$root/opt/garita" "$root/opt/dotnet"
        mount --bind -o ro "$garita" "$root/opt/garita"
        [ -z "$dotnet" ] || mount --bind -o ro "$dotnet" "$root/opt/dotnet"
        mount -t proc proc "$root/proc"
        mount --bind "$root/proc/sys" "$root/proc/sys"
        mount -o remount,ro,bind "$root/proc/sys"
        mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
        mount -o remount,rw,bind "$root/proc/sys/net"
        ip link set lo up
        exec chroot "$root" setpriv --bounding-set -sys_module,-sys_time,-sys_boot,-sys_rawio --inh-caps -sys_module,-sys_time,-sys_boot,-sys_rawio env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
        """;

    private DebianFolder(string root) => Root = root;

    public string Root { get; }

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing =>
        !Environment.IsPrivilegedProcess ? "only root can make a Debian in a folder"
        : Archive is { Exists: false } && !File.Exists("/usr/sbin/debootstrap") ? "debootstrap is not installed"
        : null;

    private static FileInfo Archive { get; } = new(Path.Combine(Path.GetTempPath(), "garita-debootstrap", $"bookworm-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Packages)))[..12]}.tar"));

    public static async Task<DebianFolder> MakeAsync()
    {
        Archive.Refresh();
        if (!Archive.Exists)
            await BootstrapAsync();
        var folder = new DebianFolder(Directory.CreateTempSubdirectory("garita-debian-").FullName);
        // mktemp's mode is for its owner alone; a root folder is for all.
        File.SetUnixFileMode(folder.Root, (UnixFileMode)0x1ED);
        await ShellAsync("tar -C \"$1\" -xpf \"$2\"", folder.Root, Archive.FullName);
        await File.WriteAllTextAsync(folder.Root + "/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n");
        File.SetUnixFileMode(folder.Root + "/usr/sbin/policy-rc.d", (UnixFileMode)0x1ED);
        await File.WriteAllTextAsync(folder.Root + "/etc/hostname", "mail.example.com\n");
        return folder;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public Task<(int Code, string Text)> GaritaAsync(params string[] arguments) => RunAsync([.. Program, .. arguments]);

    /// <summary>The words that start garita in there.</summary>
    public static string[] Program => Native ? ["/opt/garita/" + Path.GetFileName(Environment.GetEnvironmentVariable("GARITA_BINARY"))] : ["/opt/dotnet/dotnet", "/opt/garita/garita.dll"];

    public Task<(int Code, string Text)> RunAsync(params string[] command) => Tool.TryAsync("unshare",
    [
        "--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc", "sh", "-c", Enter, "sh", Root,
        Native ? Path.GetDirectoryName(Path.GetFullPath(Environment.GetEnvironmentVariable("GARITA_BINARY")!))! : AppContext.BaseDirectory.TrimEnd('/'),
        Native ? "" : Path.GetDirectoryName(new FileInfo("/usr/bin/dotnet").ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Environment.ProcessPath!)!,
        .. command,
    ]);

    /// <summary>Gets packages ready to be installed without a network: the only thing in there that reaches one.</summary>
    public Task DownloadAsync(IEnumerable<string> packages) =>
        ShellAsync("root=$1; shift; cp /etc/resolv.conf \"$root/etc/resolv.conf.garita\"; chroot \"$root\" sh -c 'mv /etc/resolv.conf.garita /etc/resolv.conf; apt-get -qq update && apt-get -qq -y --no-install-recommends --download-only install -- \"$@\"' sh \"$@\"", [Root, .. packages]);

    /// <summary>Files, owners, modes, targets and contents of what repairs change; without what any program rewrites by itself.</summary>
    public async Task<string> PictureAsync()
    {
        var (code, text) = await RunAsync("sh", "-c", "cd /; find etc usr/local var/spool/cron boot root -xdev \\( -name '*-' -o -name ld.so.cache -o -name resolv.conf -o -name .pwd.lock -o -name '.updated' \\) -prune -o -printf '%p %m %u %g %l\\n' | sort; find etc usr/local boot root -xdev -type f ! -name '*-' ! -name ld.so.cache ! -name resolv.conf ! -name .updated -print0 | sort -z | xargs -0 sha256sum");
        return code == 0 ? text : throw new InvalidOperationException(text);
    }

    private static bool Native => Environment.GetEnvironmentVariable("GARITA_BINARY") is { Length: > 0 };

    private static async Task BootstrapAsync()
    {
        Directory.CreateDirectory(Archive.DirectoryName!);
        var folder = Directory.CreateTempSubdirectory("garita-bootstrap-").FullName;
        try
        {
            await DebianRoot.BootstrapAsync(folder, Packages);
            await ShellAsync("chmod 755 \"$1\"; tar -C \"$1\" -cf \"$2.new\" . && mv \"$2.new\" \"$2\"", folder, Archive.FullName);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ShellAsync(string script, params string[] arguments)
    {
        var (code, text) = await Tool.TryAsync("sh", ["-c", script, "sh", .. arguments]);
        if (code != 0)
            throw new InvalidOperationException($"{script}\n{text}");
    }
}
