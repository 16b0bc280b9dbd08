using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Logging;

internal sealed class PersistentJournal : Check
{
    public override string Id => "persistent-journal";

    public override Measure Measure => Measure.Logging;

    public override string Title => "The journal survives a restart";

    public override string Why => "An intruder who restarts the host would otherwise erase what the services said.";

    public override IReadOnlyList<string> References => ["CIS 6.1.1.1", "SSG journald_storage", "NIST SP 800-45 §9.1"];

    public override string Expected => "Storage=persistent, or auto with /var/log/journal there";

    public override string Mend => "write Storage=persistent under [Journal] in /etc/systemd/journald.conf.d/zz-garita.conf, restart systemd-journald";

    public override Finding Look(View host)
    {
        if (host.Unit("systemd-journald.service") == UnitState.Absent)
            return Finding.NotApplicable("no journal here");
        var storage = (SystemdSettings.Value(host, "journald.conf", "Journal", "Storage") ?? "auto").ToLowerInvariant();
        return storage switch
        {
            "persistent" => Finding.Pass("Storage=persistent"),
            "auto" when host.Exists("/var/log/journal") => Finding.Pass("Storage=auto, and /var/log/journal is there"),
            "auto" => Finding.Fail("Storage=auto without /var/log/journal: in memory only"),
            _ => Finding.Fail($"Storage={storage}"),
        };
    }

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "The journal takes up to a tenth of the file system under /var/log, 4 GB at most.",
        new PutFile("/etc/systemd/journald.conf.d/zz-garita.conf", "[Journal]\nStorage=persistent\n"),
        new SetUnit("systemd-journald.service", UnitWish.Reload));
}
