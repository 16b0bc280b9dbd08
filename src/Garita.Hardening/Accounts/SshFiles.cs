using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class SshFiles : Check
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Written = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public override string Id => "ssh-files";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes the settings and keys of the SSH server";

    public override string Why => "Who may write the settings decides who logs in; who has the host key plays the host.";

    public override IReadOnlyList<string> References => ["CIS 5.1.1", "CIS 5.1.2"];

    public override string Expected => "sshd_config and its drop-ins of root, 0600 or 0644; host keys of root, 0600 (0640 for the group ssh_keys)";

    public override string Mend => "chown root:root, chmod 0600 the files that were found";

    public override Finding Look(View host)
    {
        if (host.List("/etc/ssh") is null)
            return host.List("/etc") is null ? throw new CannotLookException("there is no /etc to look into") : Finding.NotApplicable("no SSH server here");
        var found = Wrong(host).Select(static known => $"{known.Path} {known.Facts.Octal}, owner {known.Facts.User}").ToArray();
        return found.Length > 0 ? Finding.Fail(string.Join("; ", found)) : Finding.Pass("as expected");
    }

    public override Repair? Repair(View host) =>
        Wrong(host).Where(static known => !known.Facts.IsFolder).ToArray() is { Length: > 0 } found ? new(Risk.Low, "Nothing that is right to do.", [.. found.Select(static known => new SetMode(known.Path, Closed, "root", "root"))]) { Touches = Touches.Ssh } : null;

    private static IEnumerable<(string Path, FileFacts Facts)> Wrong(View host)
    {
        foreach (var path in (host.List("/etc/ssh") ?? []).Select(static name => "/etc/ssh/" + name).Concat((host.List("/etc/ssh/sshd_config.d") ?? []).Select(static name => "/etc/ssh/sshd_config.d/" + name)))
        {
            if (host.Stat(path) is not { } facts)
                continue;
            var isKey = Path.GetFileName(path) is var name && name.StartsWith("ssh_host_", StringComparison.Ordinal) && !name.EndsWith(".pub", StringComparison.Ordinal);
            if (facts.User != 0 || (facts.Mode & Written) != UnixFileMode.None || (isKey && (facts.OthersMay(UnixFileMode.OtherRead) || (facts.Group == 0 && (facts.Mode & UnixFileMode.GroupRead) != UnixFileMode.None))))
                yield return (path, facts);
        }
    }
}
