using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

internal sealed class RebootRequired : Check
{
    public override string Id => "reboot-required";

    public override Measure Measure => Measure.Updates;

    public override string Title => "No update waits for a restart of the host";

    public override string Why => "What was updated under a running system (kernel, libc, D-Bus) goes on with its hole until the restart.";

    public override IReadOnlyList<string> References => ["Lynis KRNL-5830", "NIST SP 800-45 §5.1"];

    public override string Expected => "no /run/reboot-required, and a package that would leave it";

    public override string Mend => "restart the host (mail waits at its senders meanwhile)";

    private static readonly string[] Writers = ["unattended-upgrades", "update-notifier-common"];

    public override Finding Look(View host)
    {
        if (!host.IsLive)
            throw new CannotLookException("what waits for a restart is seen on the running system only");
        if (!host.Exists("/run"))
            throw new CannotLookException("/run is not there to be read");
        if (host.Exists("/run/reboot-required") || host.Exists("/var/run/reboot-required"))
        {
            var packages = (host.Lines("/run/reboot-required.pkgs") ?? host.Lines("/var/run/reboot-required.pkgs") ?? []).Distinct(StringComparer.Ordinal).ToArray();
            return Finding.Fail(packages.Length > 0 ? $"a restart is asked for by {string.Join(", ", packages)}" : "a restart is asked for");
        }
        return Writers.Any(writer => host.Package(writer) is not null) ? Finding.Pass("no restart is asked for") : throw new CannotLookException($"nothing here notes that a restart is needed ({string.Join(" or ", Writers)} would)");
    }
}
