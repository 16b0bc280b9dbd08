using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Software;

internal sealed class CronAllowList : Check
{
    private const string AllowFile = "/etc/cron.allow";

    public override string Id => "cron-allow-list";

    public override Measure Measure => Measure.Software;

    public override string Title => "Only listed accounts may leave jobs to cron";

    public override string Why => "A job that a broken-in daemon leaves behind comes back after every clean-up.";

    public override IReadOnlyList<string> References => ["CIS 2.4.1.8", "Lynis SCHD-7704"];

    public override string Expected => "/etc/cron.allow is there, of root, and written by root alone; there is no /etc/cron.deny";

    public override string Mend => "write `root` and whoever needs it to /etc/cron.allow (0640, root:crontab), remove /etc/cron.deny";

    public override Finding Look(View host)
    {
        if (!host.Exists("/usr/bin/crontab"))
            return host.List("/usr/bin") is null ? throw new CannotLookException("there is no /usr/bin to look for crontab in") : Finding.NotApplicable("no crontab program here");
        if (host.Stat(AllowFile) is not { } facts)
            return Finding.Fail($"there is no {AllowFile}: every account may");
        if (facts.User != 0 || (facts.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
            return Finding.Fail($"{AllowFile} has mode {facts.Octal} and the owner {facts.User}");
        var names = host.Lines(AllowFile) ?? [];
        return Finding.Pass($"allowed: {(names.Count > 0 ? string.Join(", ", names) : "root")}");
    }

    public override Repair? Repair(View host)
    {
        // Those who have jobs now keep them: crontab(1) asks the list, cron itself does not.
        var users = (host.List("/var/spool/cron/crontabs") ?? []).Where(static name => name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')).Prepend("root").Distinct(StringComparer.Ordinal).ToArray();
        var group = (host.Lines("/etc/group") ?? []).Any(static line => line.StartsWith("crontab:", StringComparison.Ordinal)) ? "crontab" : "root";
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        return host.Exists(AllowFile)
            ? new(Risk.Low, "Nobody but root changes the list any more.", new SetMode(AllowFile, Mode, "root", group))
            : new(Risk.Low, "Accounts that are not listed cannot change their jobs; jobs that there are go on.", new PutFile(AllowFile, string.Concat(users.Select(static name => name + "\n")), Mode), new SetMode(AllowFile, Mode, "root", group));
    }
}
