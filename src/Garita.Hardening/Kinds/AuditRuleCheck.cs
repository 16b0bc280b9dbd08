using Garita.Hardening.Host;
using Garita.Hardening.Logging.Audit;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Kinds;

/// <summary>Rules of auditd: written down for the next start and, on the running system, in the kernel.</summary>
internal abstract class AuditRuleCheck : Check
{
    public override Measure Measure => Measure.Logging;

    public override string Expected => "auditd rules, on disk and in the kernel, that record it for 64-bit and 32-bit programs";

    public override string Mend => $"put the missing rules into {File} and run \"augenrules --load\" (after a restart of the host where the rules are locked)";

    private string File => $"/etc/audit/rules.d/50-garita-{Id}.rules";

    /// <summary>What has to be recorded on this host; nothing when there is nothing here that it is about.</summary>
    /// <param name="host">The host.</param>
    protected abstract IEnumerable<AuditNeed> Needs(View host);

    public override Finding Look(View host)
    {
        AuditNeed[] needs = [.. Needs(host)];
        if (needs.Length == 0)
            return Finding.NotApplicable("nothing here that could be watched");
        if (AuditRules.OnDisk(host) is not { } disk)
            return Finding.Fail("auditd has no rules here");
        if (Missing(needs, disk) is { } unwritten)
            return Finding.Fail(unwritten);
        if (!host.IsLive)
            return Finding.Pass($"{disk.Source} has rules for {string.Join("; ", needs.Select(static need => need.What))}");
        if (!host.Has("auditctl"))
            return Finding.Fail("the rules are written, but there is no auditctl to load them");
        return Missing(needs, AuditRules.InKernel(host)) is { } notLoaded
            ? Finding.Fail($"written, but not in effect: {notLoaded}")
            : Finding.Pass($"{disk.Source} and the kernel have rules for {string.Join("; ", needs.Select(static need => need.What))}");
    }

    public override Repair? Repair(View host)
    {
        // A rule twice ends the loading of those that follow it: only what nobody else has written. And where there is no rules.d in use,
        // starting one would make augenrules write over the file that somebody keeps by hand.
        var others = AuditRules.OnDisk(host, without: File);
        if (others is { Source: "/etc/audit/audit.rules", Rules.Count: > 0 } || others?.Silenced is not null)
            return null;
        AuditNeed[] missing = [.. Needs(host).Where(need => others is null || !need.IsMet(others))];
        // -c: a folder that is gone one day must not end the loading of what follows.
        var text = $"# {Title}\n-c\n" + string.Concat(missing.SelectMany(need => need.Lines("garita-" + Id)).Select(static line => line + "\n"));
        return new Repair(
            Risk.Low,
            "Each such event makes a record: more to write and to keep. Where the rules are locked they hold from the next start of the host on.",
            [
                .. !host.Exists("/usr/sbin/auditd") && !host.Exists("/sbin/auditd") ? new Change[] { new InstallPackages("auditd") } : [],
                new PutFile(File, text, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead),
                .. host.IsLive && !IsLocked(host) ? new Change[] { new RunTool("augenrules", "--load") { Files = ["/etc/audit/audit.rules"], Undo = ["augenrules", "--load"] } } : [],
            ]);
    }

    private static bool IsLocked(View host) => host.Has("auditctl") && Text.Values(host.Run("auditctl", "-s").Output, ' ').GetValueOrDefault("enabled") is "2";

    private static string? Missing(AuditNeed[] needs, AuditRules rules)
    {
        if (rules.Silenced is { } silenced)
            return silenced;
        string[] missing = [.. needs.Where(need => !need.IsMet(rules)).Select(static need => need.What)];
        return missing.Length == 0 ? null : $"{rules.Source} has no full rule for {string.Join("; ", missing)}";
    }
}
