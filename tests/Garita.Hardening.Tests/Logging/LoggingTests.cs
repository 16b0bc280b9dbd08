using Garita.Hardening.Logging;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Logging;

/// <summary>More than one way to be wrong, and ways to look right.</summary>
public sealed class LoggingTests
{
    private const string Kept = "-w /var/log/lastlog -p wa -k logins\n";

    [Theory]
    [InlineData("-a never,exit -F path=/var/log/lastlog\n-w /var/log/lastlog -p wa\n", Outcome.Fail)]
    [InlineData("-w /var/log/lastlog -p wa\n-a never,exit -F path=/var/log/lastlog\n", Outcome.Pass)]
    [InlineData("-a task,never\n-w /var/log/lastlog -p wa\n", Outcome.Fail)]
    [InlineData("-w /var/log/lastlog -p wa\n-e 0\n", Outcome.Fail)]
    [InlineData("-w /var/log/lastlog -p w\n", Outcome.Fail)]
    [InlineData("-w /var/log/lastlog2 -p wa\n", Outcome.Fail)]
    [InlineData("-w   /var/log/lastlog\t-p  aw", Outcome.Pass)]
    [InlineData("-w /var/log -p wa\n", Outcome.Pass)]
    [InlineData("-w /var/log/lastlog\n", Outcome.Pass)]
    [InlineData("-a always,exit -F path=/var/log/lastlog -F perm=wa -F auid>=1000\n", Outcome.Fail)]
    [InlineData("-a always,exclude -F path=/var/log/lastlog -F perm=wa\n", Outcome.Fail)]
    [InlineData("-w /var/log/lastlog -p wa\n-W /var/log/lastlog -p wa\n", Outcome.Fail)]
    public void A_watch(string rules, Outcome expected) => Assert.Equal(expected, Look(new AuditLogins(), root => LoggingCases.Rules(root, rules)));

    /// <summary>augenrules puts -D first; in a file written by hand it takes back what stands above it, and nothing is taken after -e 2.</summary>
    [Theory]
    [InlineData(Kept + "-D\n", Outcome.Fail)]
    [InlineData("-D\n" + Kept, Outcome.Pass)]
    [InlineData("-e 2\n" + Kept, Outcome.Fail)]
    [InlineData(Kept + "-e 2", Outcome.Pass)]
    public void The_order_in_a_file_written_by_hand(string rules, Outcome expected) => Assert.Equal(expected, Look(new AuditLogins(), root => root.File("/etc/audit/audit.rules", rules)));

    [Fact]
    public void Files_that_augenrules_does_not_read_hold_no_rules() =>
        Assert.Equal(Outcome.Fail, Look(new AuditLogins(), static root => LoggingCases.Rules(root, "").File("/etc/audit/rules.d/logins.rules.off", Kept).File("/etc/audit/audit.rules", Kept)));

    [Fact]
    public void Rules_on_disk_that_the_kernel_does_not_have()
    {
        Assert.Equal(Outcome.Fail, Look(new AuditLogins(), static root => LoggingCases.Rules(root, Kept).Says("auditctl -l", "No rules\n")));
        Assert.Equal(Outcome.Pass, Look(new AuditLogins(), static root => LoggingCases.Rules(root, Kept).Says("auditctl -l", "-w /var/log/lastlog -p wa -k logins\n")));
        Assert.Equal(Outcome.Fail, Look(new AuditLogins(), static root => LoggingCases.Rules(root, "").Says("auditctl -l", "-w /var/log/lastlog -p wa -k logins\n")));
        Assert.Throws<CannotLookException>(static () => Look(new AuditLogins(), static root => LoggingCases.Rules(root, Kept).Says("auditctl -l", "", 4, "You must be root to run this program.")));
    }

    [Fact]
    public void A_call_that_is_recorded_for_some_programs_only() => Assert.Equal(Outcome.Fail, Look(new AuditModules(), static root => LoggingCases.Rules(root,
        "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -F exe=/usr/bin/kmod\n-a always,exit -F arch=b32 -S all\n")));

    [Fact]
    public void A_repair_adds_only_what_nobody_else_has_and_nothing_to_a_file_kept_by_hand()
    {
        var root = LoggingCases.Rules(new PreparedRoot(), "-w /etc/passwd -p wa\n-w /etc/shadow -p wa\n-w /etc/group -p wa\n");
        var put = Assert.IsType<PutFile>(Assert.Single(new AuditIdentity().Repair(CheckCases.Seen(root))!.Changes));
        Assert.Equal("-w /etc/gshadow -p wa -k garita-audit-identity", put.Content.Split('\n')[2]);
        Assert.Null(new AuditIdentity().Repair(CheckCases.Seen(new PreparedRoot().File("/etc/audit/audit.rules", Kept))));
    }

    [Fact]
    public void A_repair_of_a_running_system_loads_the_rules_and_installs_auditd_where_it_is_missing()
    {
        var repair = new AuditLogins().Repair(CheckCases.Seen(new PreparedRoot().Live()))!;
        Assert.Collection(repair.Changes, static change => Assert.IsType<InstallPackages>(change), static change => Assert.IsType<PutFile>(change), static change => Assert.IsType<RunTool>(change));
    }

    [Fact]
    public void A_repair_loads_nothing_where_the_rules_are_locked() =>
        Assert.Single(new AuditLogins().Repair(CheckCases.Seen(LoggingCases.Rules(new PreparedRoot(), "").Says("auditctl -s", "enabled 2\n")))!.Changes);

    [Theory]
    [InlineData("enabled 1\nfailure 1\npid 400\n", Outcome.Pass)]
    [InlineData("enabled 0\nfailure 1\npid 400\n", Outcome.Fail)]
    [InlineData("enabled 1\nfailure 1\npid 0\n", Outcome.Fail)]
    public void The_running_daemon(string status, Outcome expected) => Assert.Equal(expected, Look(new AuditDaemon(), root => LoggingCases.Enabled(root, "auditd.service").File("/sbin/auditd", "").Says("auditctl -s", status)));

    [Fact]
    public void Locked_on_disk_but_not_in_the_kernel() => Assert.Equal(Outcome.Fail, Look(new AuditImmutable(), static root => LoggingCases.Rules(root, "-e 2").Says("auditctl -s", "enabled 1\n")));

    [Theory]
    [InlineData("max_log_file_action = KEEP_LOGS", Outcome.Pass)]
    [InlineData("max_log_file_action = ignore\nmax_log_file = 500\nnum_logs = 10\n", Outcome.Fail)]
    [InlineData("max_log_file = 500\nnum_logs = 10\nnum_logs = 0\n", Outcome.Fail)]
    public void Room_for_records(string text, Outcome expected) => Assert.Equal(expected, Look(new AuditLogSize(), root => root.File("/etc/audit/auditd.conf", text)));

    [Fact]
    public void A_key_that_is_missing_has_the_bad_default() =>
        Assert.Equal(Outcome.Fail, Look(new AuditDiskFull(), static root => root.File("/etc/audit/auditd.conf", "space_left_action = email\nadmin_space_left_action = single\ndisk_full_action = halt\n")));

    [Theory]
    [InlineData("Defaults logfile=/var/log/sudo.log, !syslog\n", Outcome.Fail)]
    [InlineData("Defaults logfile=/var/log/sudo.log\nDefaults !logfile\n", Outcome.Fail)]
    [InlineData("Defaults:alice logfile=/var/log/sudo.log\n", Outcome.Fail)]
    [InlineData("Defaults logfile=/var/log/sudo.log\nDefaults:mallory !logfile\n", Outcome.Fail)]
    [InlineData("Defaults badpass_message=\"a, b\", \\\n  logfile = \"/var/log/sudo.log\"", Outcome.Pass)]
    [InlineData("Defaults env_reset # , logfile=/var/log/sudo.log\n", Outcome.Fail)]
    [InlineData("@include /etc/sudoers.local\n", Outcome.Pass)]
    [InlineData("#includedir /etc/sudo.d\n", Outcome.Fail)]
    public void A_log_of_sudo(string text, Outcome expected) => Assert.Equal(expected, Look(new SudoLog(), root => root.File("/etc/sudoers", text)
        .File("/etc/sudoers.local", "Defaults logfile=/var/log/sudo.log").File("/etc/sudo.d/log.conf", "Defaults logfile=/var/log/sudo.log").File("/etc/sudo.d/log~", "Defaults logfile=/var/log/sudo.log")));

    [Theory]
    [InlineData("1.9.13p3-1+deb12u2", Outcome.Fail)]
    [InlineData("1.9.16p2-3", Outcome.Pass)]
    public void A_terminal_is_sudos_own_default_since_1_9_14(string version, Outcome expected) => Assert.Equal(expected, Look(new SudoPty(), root => root.File("/etc/sudoers", "root ALL=(ALL) ALL").Installed("sudo", version)));

    [Fact]
    public void No_drop_in_where_sudo_would_not_read_it() => Assert.Null(new SudoPty().Repair(CheckCases.Seen(new PreparedRoot().File("/etc/sudoers", "Defaults !use_pty"))));

    [Fact]
    public void A_host_without_sudo() => Assert.Equal(Outcome.NotApplicable, Look(new SudoLog(), static _ => { }));

    [Theory]
    [InlineData("", Outcome.Fail)]
    [InlineData("[Journal]\n#Storage=persistent\n", Outcome.Fail)]
    [InlineData("[Journal]\nStorage=Persistent", Outcome.Pass)]
    [InlineData("[Journal]\nStorage=persistent\nStorage=none\n", Outcome.Fail)]
    public void A_journal_without_its_folder(string text, Outcome expected) => Assert.Equal(expected, Look(new PersistentJournal(), root => root.File("/lib/systemd/system/systemd-journald.service", "").File("/etc/systemd/journald.conf", text)));

    [Theory]
    [InlineData("*.* @log.example.com", Outcome.Pass)]
    [InlineData("*.* @[2001:db8::1]:514;RSYSLOG_ForwardFormat", Outcome.Pass)]
    [InlineData("*.* @[::1]:514", Outcome.Fail)]
    [InlineData("*.* @@localhost:514", Outcome.Fail)]
    [InlineData("*.* action(type=\"omfwd\"\n  # to the log host\n  target=\"log.example.com\"\n  protocol=\"tcp\")", Outcome.Pass)]
    [InlineData("action(type=\"omfile\" file=\"/var/log/x\" target=\"log.example.com\")", Outcome.Fail)]
    public void Logs_to_another_host(string text, Outcome expected) => Assert.Equal(expected, Look(new RemoteLog(), root => LoggingCases.Enabled(root, "rsyslog.service").File("/etc/rsyslog.conf", text)));

    [Fact]
    public void Logs_to_another_host_by_a_service_that_does_not_start() => Assert.Equal(Outcome.Fail, Look(new RemoteLog(), static root => root.File("/lib/systemd/system/rsyslog.service", "").File("/etc/rsyslog.conf", "*.* @@log.example.com")));

    [Fact]
    public void Logs_to_another_host_by_syslog_ng_and_by_the_journal()
    {
        Assert.Equal(Outcome.Pass, Look(new RemoteLog(), static root => LoggingCases.Enabled(root, "syslog-ng.service").File("/etc/syslog-ng/syslog-ng.conf", "destination d_net { network(\"10.0.0.9\" port(514)); };\n")));
        Assert.Equal(Outcome.Fail, Look(new RemoteLog(), static root => LoggingCases.Enabled(root, "syslog-ng.service").File("/etc/syslog-ng/syslog-ng.conf", "# destination d_net { network(\"10.0.0.9\"); };\n")));
        Assert.Equal(Outcome.Pass, Look(new RemoteLog(), static root => LoggingCases.Enabled(root, "systemd-journal-upload.service").File("/etc/systemd/journal-upload.conf", "[Upload]\nURL=https://log.example.com:19532\n")));
        Assert.Equal(Outcome.Fail, Look(new RemoteLog(), static root => LoggingCases.Enabled(root, "systemd-journal-upload.service").File("/etc/systemd/journal-upload.conf", "[Upload]\nURL=http://localhost:19532\n")));
    }

    [Theory]
    [InlineData("$FileCreateMode 0644\nmail.* -/var/log/mail.log\n", Outcome.Fail)]
    [InlineData("mail.* /var/log/mail.log\n$FileCreateMode 0640\n", Outcome.Fail)]
    [InlineData("$filecreatemode 0600\nmail.* /var/log/mail.log", Outcome.Pass)]
    [InlineData("module(load=\"builtin:omfile\" FileCreateMode=\"0640\")\nmail.* /var/log/mail.log", Outcome.Pass)]
    [InlineData("$FileCreateMode 0640\naction(type=\"omfile\" file=\"/var/log/mail.log\" fileCreateMode=\"0644\")", Outcome.Fail)]
    public void The_mode_of_new_logs(string text, Outcome expected) => Assert.Equal(expected, Look(new LogFileMode(), root => root.File("/etc/rsyslog.conf", text)));

    [Fact]
    public void Old_logs_and_links_in_the_folder_of_logs()
    {
        Assert.Equal(Outcome.Fail, Look(new LogPermissions(), static root => root.File("/var/log/mail.log.1", "")));
        Assert.Equal(Outcome.Pass, Look(new LogPermissions(), static root => root.File("/var/log/mail.logic", "").File("/elsewhere", "", 0x1B6).Link("/var/log/auth.log", "/elsewhere")));
        Assert.Equal(Outcome.Fail, Look(new LogPermissions(), static root => root.File("/var/log/audit/audit.log", "", 0x1A4).Folder("/var/log/audit", 0x1C0)));
    }

    [Fact]
    public void Two_services_for_one_clock_and_one_that_does_not_keep_it()
    {
        Assert.Equal(Outcome.Warning, Look(new Clock(), static root => LoggingCases.Enabled(LoggingCases.Enabled(root, "chrony.service"), "systemd-timesyncd.service")));
        Assert.Equal(Outcome.Fail, Look(new Clock(), static root => LoggingCases.Enabled(root, "chrony.service").Says("timedatectl show --property=NTPSynchronized --value", "no\n")));
    }

    [Fact]
    public void AIDE_without_a_database_compares_nothing() => Assert.Equal(Outcome.Fail, Look(new FileIntegrity(), static root => LoggingCases.Enabled(root, "dailyaidecheck.timer").File("/usr/bin/aide", "")));

    private static Outcome Look(Check check, Action<PreparedRoot> prepare)
    {
        var root = new PreparedRoot();
        prepare(root);
        return check.Look(CheckCases.Seen(root)).Outcome;
    }
}
