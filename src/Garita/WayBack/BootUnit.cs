using System.Security.Cryptography;
using System.Text;
using Garita.Machine.Files;

namespace Garita.WayBack;

/// <summary>
/// The unit that goes back at the machine's start, before its network and its services, what was not confirmed before. Written when something is held that
/// outlives a restart, removed when nothing is. Only systemd's next start reads it, so that no manager has to be told.
/// </summary>
/// <param name="units">The folder of administrators' units.</param>
/// <param name="folder">The folder of the ways back.</param>
internal sealed class BootUnit(string units, string folder)
{
    private const string UsualFolder = "/var/lib/garita-root/way-back";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private string Name => folder is UsualFolder ? "garita-way-back.service" : $"garita-way-back-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..8]}.service";

    private string UnitFile => Path.Combine(units, Name);

    private string Link => Path.Combine(units, "sysinit.target.wants", Name);

    /// <summary>Writes it.</summary>
    /// <exception cref="WayBackException">That cannot be done.</exception>
    public void Write()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Link)!);
            RootFolder.Write(UnitFile, Text(Detached.Self, folder));
            File.SetUnixFileMode(UnitFile, Readable);
            File.Delete(Link);
            File.CreateSymbolicLink(Link, "../" + Name);
            DurableFolder.Flush(Path.GetDirectoryName(Link)!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or WayBackException)
        {
            throw new WayBackException($"{UnitFile}, which would go back after a restart of the host, cannot be written ({problem.Message}): nothing was changed");
        }
    }

    /// <summary>Removes it; one that stays does nothing.</summary>
    public void Remove()
    {
        try
        {
            File.Delete(Link);
            File.Delete(UnitFile);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Its condition keeps it from doing anything.
        }
    }

    /// <summary>The unit.</summary>
    internal static string Text(IReadOnlyList<string> program, string folder) => $"""
        [Unit]
        Description=Puts back what was not confirmed before the restart (Garita)
        Documentation=man:garita(8)
        DefaultDependencies=no
        RequiresMountsFor={Quoted(folder)}
        After=local-fs.target systemd-remount-fs.service
        # Whatever reads what is put back: filters, the network, logins.
        Before=sysinit.target systemd-sysctl.service nftables.service netfilter-persistent.service ufw.service firewalld.service garita-wall.service network-pre.target ssh.service sshd.service ssh.socket shutdown.target
        Wants=network-pre.target
        Conflicts=shutdown.target
        ConditionPathExistsGlob=|{Escaped(folder)}/*.armed
        ConditionPathExistsGlob=|{Escaped(folder)}/*.going

        [Service]
        Type=oneshot
        ExecStart={string.Join(' ', program.Concat(["way-back", "--boot", "--folder", folder]).Select(Quoted))}
        TimeoutStartSec=5min

        [Install]
        WantedBy=sysinit.target

        """;

    // systemd.syntax(7): specifiers, quotes; systemd.service(5): variables.
    private static string Quoted(string word) => $"\"{Escaped(word).Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal)}\"";

    private static string Escaped(string word) => word.Replace("%", "%%", StringComparison.Ordinal);
}
