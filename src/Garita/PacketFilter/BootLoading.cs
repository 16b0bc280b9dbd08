using System.ComponentModel;
using System.Diagnostics;
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

    /// <summary>Writes it, and switches the unit on where systemd runs.</summary>
    /// <returns>What is said of it.</returns>
    public static string Write(string settingsFile, string text)
    {
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
            using var process = Process.Start(new ProcessStartInfo("systemctl", arguments) { UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
