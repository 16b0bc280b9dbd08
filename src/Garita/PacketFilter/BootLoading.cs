using System.ComponentModel;
using System.Diagnostics;
using Garita.Machine.Programs;
using Garita.Settings;
using Garita.WayBack;

namespace Garita.PacketFilter;

/// <summary>
/// Loading at boot: a file beside the settings and a unit of our own. Not /etc/nftables.conf, which is somebody else's; the unit comes after
/// the service that loads that one, because it begins by flushing everybody's tables, and is reloaded with it.
/// </summary>
internal static class BootLoading
{
    private const string UnitName = "garita-wall.service";
    private const string UnitFile = "/etc/systemd/system/" + UnitName;

    /// <summary>The file that is loaded.</summary>
    public static string FileOf(string settingsFile) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(settingsFile)) ?? "/", "wall.nft");

    /// <summary>Whether root can have it loaded from there at each boot.</summary>
    /// <param name="settingsFile">The settings.</param>
    /// <exception cref="WallException">It is no place for that.</exception>
    public static void CheckPlace(string settingsFile)
    {
        var file = FileOf(settingsFile);
        if (RootFolder.Stranger(file) is { } stranger)
            throw new WallException($"{file} cannot be what root loads at boot: {stranger} belongs to somebody else, or others may write to it; keep the settings in a folder of root's, such as /etc/garita");
        // A unit has rules of its own for spaces, quotes and percent signs.
        if (!file.All(static character => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '-' or '_' or '+' or '@'))
            throw new WallException($"{SafeText.Escape(file)} cannot be named in a unit: its path may have letters, digits, '.', '-', '_', '+' and '@'; keep the settings in such a folder, as /etc/garita");
    }

    /// <summary>Writes it, and switches the unit on where systemd runs.</summary>
    /// <returns>What is said of it.</returns>
    /// <exception cref="WallException">It is no place for that.</exception>
    public static string Write(string settingsFile, string text)
    {
        CheckPlace(settingsFile);
        var file = FileOf(settingsFile);
        RootFolder.Write(file, text);
        if (!Directory.Exists("/run/systemd/system"))
            return $"written to {file}; systemd does not run here: have it loaded at boot by: nft -f {file}";
        // A file of the package has the usual path; any other gets a unit that names it.
        if (!File.Exists("/usr/lib/systemd/system/" + UnitName) || file is not "/etc/garita/wall.nft")
            File.WriteAllText(UnitFile, Unit(file));
        return Run("daemon-reload") && Run("enable", "--quiet", "--now", UnitName)
            ? $"written to {file}, loaded at boot by {UnitName}"
            : $"written to {file}, but {UnitName} could not be enabled: systemctl enable {UnitName}";
    }

    /// <summary>The unit.</summary>
    internal static string Unit(string file) => $"""
        [Unit]
        Description=Packet filter of Garita
        Documentation=man:garita(8)
        DefaultDependencies=no
        # nftables.service flushes everybody's tables when it starts and stops: after it, and again whenever it is restarted or reloaded.
        After=local-fs.target nftables.service
        ReloadPropagatedFrom=nftables.service
        PartOf=nftables.service
        Before=network-pre.target shutdown.target
        Wants=network-pre.target
        Conflicts=shutdown.target
        ConditionPathExists={file}

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/usr/sbin/nft -f {file}
        ExecReload=/usr/sbin/nft -f {file}
        ProtectSystem=strict
        ProtectHome=yes
        PrivateTmp=yes
        NoNewPrivileges=yes
        CapabilityBoundingSet=CAP_NET_ADMIN
        RestrictAddressFamilies=AF_NETLINK AF_UNIX
        MemoryDenyWriteExecute=yes

        [Install]
        WantedBy=sysinit.target

        """;

    private static bool Run(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(SystemProgram.PathOf("systemctl"), arguments) { UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
