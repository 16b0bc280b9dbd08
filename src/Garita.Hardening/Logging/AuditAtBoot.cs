using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class AuditAtBoot : Check
{
    public override string Id => "audit-at-boot";

    public override Measure Measure => Measure.Logging;

    public override string Title => "Records are made from the kernel's first second on";

    public override string Why => "What is started before auditd, by an intruder too, is otherwise never recorded.";

    public override IReadOnlyList<string> References => ["CIS 6.2.1.3", "CIS 6.2.1.4"];

    public override string Expected => "audit=1 and audit_backlog_limit=8192 (or more) on the kernel's command line";

    public override string Mend => "add both to GRUB_CMDLINE_LINUX, run update-grub, restart the host";

    public override Finding Look(View host)
    {
        var entries = KernelCommandLine.Of(host);
        if (!entries.All(static words => KernelCommandLine.Value(words, "audit") is "1" or "on"))
            return Finding.Fail("the kernel is started without audit=1");
        return entries.All(static words => int.TryParse(KernelCommandLine.Value(words, "audit_backlog_limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 8192)
            ? Finding.Pass("audit=1 and room for 8192 records or more")
            : Finding.Fail("audit=1, but audit_backlog_limit is less than 8192");
    }

    public override Repair? Repair(View host) => !host.Exists("/etc/default/grub") ? null : new(
        Risk.Low,
        "Holds from the next start on; a few MB of memory.",
        new PutFile("/etc/default/grub.d/garita-audit.cfg", "# Records from the first second on.\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX audit=1 audit_backlog_limit=8192\"\n"),
        new RunTool("update-grub") { Files = ["/boot/grub/grub.cfg"] });
}
