using Garita.Hardening.Accounts;

namespace Garita.Hardening.Tests.Accounts;

internal static class AccountsCases
{
    public const string Passwd = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nsync:x:4:65534:sync:/bin:/bin/sync\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n";
    public const string Shadow = "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nsync:*:19000:0:99999:7:::\nalice:$y$j9T$abc$def:19000:0:99999:7:::\n";
    public const string Groups = "root:x:0:\nshadow:x:42:\nsudo:x:27:alice\nalice:x:1000:\n";
    public const string Ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJlZWZiZWVmYmVlZmJlZWZiZWVmYmVlZmJlZWZiZWVm";
    public const string FaillockAuth = "auth\trequisite\tpam_faillock.so preauth\nauth\t[success=2 default=ignore]\tpam_unix.so try_first_pass\nauth\t[default=die]\tpam_faillock.so authfail\nauth\trequisite\tpam_deny.so\nauth\trequired\tpam_permit.so\n";
    public const string Processes = "ps -eo uid=,comm=,args=";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        new(new RootAlone(), root => People(root), root => People(root).File("/etc/passwd", Passwd + "toor:x:0:0::/:/bin/sh\n")),
        new(new RootGroupAlone(), root => People(root), root => People(root).File("/etc/group", "root:x:0:alice\n")),
        new(new EmptyPasswords(), root => People(root), root => People(root).File("/etc/shadow", Shadow + "bob::19000:0:99999:7:::\n").File("/etc/passwd", Passwd + "bob:x:1001:1001::/home/bob:/bin/bash\n")),
        new(new PamNullok(), root => root.File("/etc/pam.d/common-auth", "auth [success=1 default=ignore] pam_unix.so\n"), root => root.File("/etc/pam.d/common-auth", "auth [success=1 default=ignore] pam_unix.so nullok\n")),
        new(new PasswordHashes(),
            root => People(root).File("/etc/login.defs", "ENCRYPT_METHOD\tYESCRYPT\n"),
            root => People(root).File("/etc/login.defs", "ENCRYPT_METHOD SHA512\n").File("/etc/shadow", "alice:$1$ab$cd:19000::::::\n")),
        new(new AccountFiles(), root => People(root), root => People(root).File("/etc/shadow", Shadow, 0x1A4)),
        new(new SystemAccounts(), root => People(root), root => People(root).File("/etc/passwd", Passwd + "www-data:x:33:33::/var/www:/bin/bash\n")),
        new(new MailDaemons(),
            root => root.Says(Processes, "    0 master /usr/lib/postfix/sbin/master -w\n  105 smtpd smtpd -n smtp -t inet\n    0 garita /usr/bin/garita harden audit\n"),
            root => root.Says(Processes, "    0 smtpd smtpd -n smtp -t inet\n")),
        new(new DormantAdministrators(),
            root => People(root).Says("lastlog -b 90", "Username         Port     From             Latest\ndaemon                                     **Never logged in**\n"),
            root => People(root).Says("lastlog -b 90", "Username         Port     From             Latest\nalice            pts/0    192.0.2.1        Mon Jan  1 00:00:00 +0000 2024\n")),
        new(new AuthorizedKeys(),
            root => People(root).File("/home/alice/.ssh/authorized_keys", $"# mine\nfrom=\"192.0.2.1\" {Ed25519} alice@home\n", 0x180, 1000).File("/etc/garita/allowed", "key SHA256:f6k/SHKpFIqjxLKOtKU6Mettvy09ffr037qSigZmy+o\n"),
            root => People(root).File("/root/.ssh/authorized_keys", $"{Ed25519} who@where\n", 0x180)),
        Ssh(new SshRootLogin(), "PermitRootLogin no", "PermitRootLogin prohibit-password"),
        Ssh(new SshAllowedUsers(), "AllowGroups sudo", "AllowUsers *"),
        Ssh(new SshAuthTries(), "MaxAuthTries 3", "MaxAuthTries 6"),
        Ssh(new SshEmptyPasswords(), "PermitEmptyPasswords no", "PermitEmptyPasswords yes"),
        Ssh(new SshPasswords(), "PasswordAuthentication no\nKbdInteractiveAuthentication no", "PasswordAuthentication yes"),
        Ssh(new SshHostBased(), "HostbasedAuthentication no", "HostbasedAuthentication yes"),
        Ssh(new SshIgnoreRhosts(), "IgnoreRhosts yes", "IgnoreRhosts shosts-only"),
        Ssh(new SshGraceTime(), "LoginGraceTime 1m", "LoginGraceTime 0"),
        Ssh(new SshUserEnvironment(), "PermitUserEnvironment no", "PermitUserEnvironment LANG,LC_*"),
        Ssh(new SshX11(), "X11Forwarding no", "X11Forwarding yes"),
        new(new SshFiles(),
            root => root.File("/etc/ssh/sshd_config", "").File("/etc/ssh/ssh_host_ed25519_key", "", 0x180).File("/etc/ssh/ssh_host_ed25519_key.pub", ""),
            root => root.File("/etc/ssh/sshd_config", "").File("/etc/ssh/ssh_host_ed25519_key", "", 0x1A4)),
        Sudo(new SudoPasswords(), "%sudo ALL=(ALL:ALL) ALL", "alice ALL=(ALL) NOPASSWD: ALL"),
        Sudo(new SudoAuthenticates(), "Defaults env_reset", "Defaults env_reset, !authenticate"),
        Sudo(new SudoTimeout(), "Defaults timestamp_timeout=5", "Defaults timestamp_timeout=-1"),
        new(new SudoersFiles(), root => root.File("/etc/sudoers", "@includedir /etc/sudoers.d\n", 0x120).File("/etc/sudoers.d/a", "", 0x120), root => root.File("/etc/sudoers", "@includedir /etc/sudoers.d\n", 0x120).File("/etc/sudoers.d/a", "", 0x1A4)),
        new(new SuRestricted(),
            root => root.File("/etc/pam.d/su", "auth sufficient pam_rootok.so\nauth required pam_wheel.so use_uid group=sudo\n@include common-auth\n").File("/etc/pam.d/common-auth", "auth required pam_unix.so\n"),
            root => root.File("/etc/pam.d/su", "auth sufficient pam_rootok.so\n# auth required pam_wheel.so\n")),
        new(new AccountLockOut(),
            root => root.File("/etc/pam.d/common-auth", FaillockAuth).File("/etc/pam.d/common-account", "account required pam_faillock.so\n").File("/etc/security/faillock.conf", "deny = 5\nunlock_time = 900\neven_deny_root\n"),
            root => root.File("/etc/pam.d/common-auth", "auth [success=1 default=ignore] pam_unix.so\n").File("/etc/pam.d/common-account", "")),
    ];

    public static PreparedRoot People(PreparedRoot root) => root.File("/etc/passwd", Passwd).File("/etc/shadow", Shadow, 0x1A0, 0, 42).File("/etc/group", Groups).File("/etc/login.defs", "UID_MIN 1000\n");

    private static CheckCase Ssh(Check check, string good, string bad) => new(check, root => root.File("/etc/ssh/sshd_config", good + "\n"), root => root.File("/etc/ssh/sshd_config", bad + "\n"));

    private static CheckCase Sudo(Check check, string good, string bad) => new(check, root => root.File("/etc/sudoers", good + "\n", 0x120), root => root.File("/etc/sudoers", bad + "\n", 0x120));
}
