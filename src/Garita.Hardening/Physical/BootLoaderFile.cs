using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class BootLoaderFile : Check
{
    public override string Id => "boot-loader-file";

    public override Measure Measure => Measure.Physical;

    public override string Title => "The boot loader's settings belong to root alone";

    public override string Why => "They hold the hash of the boot password, and whoever writes them decides what is started next.";

    public override IReadOnlyList<string> References => ["CIS 1.4.2", "Lynis BOOT-5122"];

    public override string Expected => "grub.cfg (or loader.conf) is root's, 0600 or stricter";

    public override string Mend => "chown root:root and chmod 0600 the file";

    private static readonly string[] Files = ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/grub/user.cfg", "/boot/grub2/user.cfg"];

    private const UnixFileMode Allowed = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public override Finding Look(View host)
    {
        string[] present = [.. Files.Where(host.Exists)];
        if (present.Length == 0)
            return Finding.NotApplicable("no GRUB here");
        var faults = string.Join("; ", present.Where(path => !IsStrict(host, path)).Select(path => Describe(host, path)));
        return faults.Length > 0 ? Finding.Fail(faults) : Finding.Pass(string.Join("; ", present.Select(path => Describe(host, path))));
    }

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "Monitoring that reads grub.cfg as an ordinary user no longer can.",
        [.. Files.Where(path => host.Exists(path) && !IsStrict(host, path)).Select(static path => new SetMode(path, Allowed, "root", "root"))]);

    private static bool IsStrict(View host, string path) => host.Stat(path) is { User: 0, Group: 0 } facts && (facts.Mode & ~Allowed) == UnixFileMode.None;

    private static string Describe(View host, string path) => host.Stat(path) is { } facts ? $"{path} is {facts.Octal} of {facts.User.ToString(CultureInfo.InvariantCulture)}:{facts.Group.ToString(CultureInfo.InvariantCulture)}" : path;
}
