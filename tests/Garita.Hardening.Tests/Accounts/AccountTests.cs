using Garita.Hardening.Accounts;
using Xunit;

namespace Garita.Hardening.Tests.Accounts;

public sealed class AccountTests
{
    private const string Rsa1024 = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ";

    [Fact]
    public void Without_the_hashes_nobody_knows_who_has_a_password() => Assert.Throws<CannotLookException>(() => new PreparedRoot().File("/etc/passwd", AccountsCases.Passwd).Look(new EmptyPasswords()));

    [Theory]
    [InlineData("bob::1001:1001::/home/bob:/bin/bash", "", Outcome.Fail)]
    [InlineData("bob:x:1001:1001::/home/bob:/bin/bash", "bob::1::::::", Outcome.Fail)]
    [InlineData("bob:x:1001:1001::/home/bob:/bin/bash", "bob:!:1::::::", Outcome.Pass)]
    [InlineData("bob:*:1001:1001::/home/bob:/bin/bash", "", Outcome.Pass)]
    [InlineData("bob:abJnggxhB/yWI:1001:1001::/home/bob:/bin/bash", "", Outcome.Fail)]
    [InlineData("+::::::", "", Outcome.Pass)]
    public void An_empty_field_is_an_open_account(string passwd, string shadow, Outcome expected) =>
        Assert.Equal(expected, AccountsCases.People(new PreparedRoot()).File("/etc/passwd", AccountsCases.Passwd + passwd + "\n").File("/etc/shadow", AccountsCases.Shadow + shadow + "\n").Look(new EmptyPasswords()).Outcome);

    [Theory]
    [InlineData("alice:$y$j9T$a$b:1::::::", Outcome.Pass)]
    [InlineData("alice:!$6$a$b:1::::::", Outcome.Pass)]
    [InlineData("alice:!$1$a$b:1::::::", Outcome.Fail)]
    [InlineData("alice:abJnggxhB/yWI:1::::::", Outcome.Fail)]
    [InlineData("alice:!:1::::::", Outcome.Pass)]
    [InlineData("alice:*:1::::::", Outcome.Pass)]
    public void Old_hashes_are_seen_behind_a_lock_too(string line, Outcome expected) =>
        Assert.Equal(expected, AccountsCases.People(new PreparedRoot()).File("/etc/login.defs", "ENCRYPT_METHOD yescrypt\n").File("/etc/shadow", line + "\n").Look(new PasswordHashes()).Outcome);

    [Theory]
    [InlineData("www-data:x:33:33::/var/www:", Outcome.Fail)]
    [InlineData("www-data:x:33:33::/var/www:/bin/false", Outcome.Pass)]
    [InlineData("nobody:x:65534:65534::/:/bin/sh", Outcome.Fail)]
    [InlineData("bob:x:1001:1001::/home/bob:/bin/sh", Outcome.Pass)]
    [InlineData("vmail:x:600:600::/var/vmail:/bin/sh", Outcome.Fail)]
    public void Services_have_no_shell(string line, Outcome expected) => Assert.Equal(expected, AccountsCases.People(new PreparedRoot()).File("/etc/passwd", AccountsCases.Passwd + line + "\n").Look(new SystemAccounts()).Outcome);

    [Fact]
    public void Keys_are_looked_for_where_the_server_looks()
    {
        var root = AccountsCases.People(new PreparedRoot()).File("/etc/ssh/sshd_config", "AuthorizedKeysFile /etc/ssh/keys/%u .ssh/authorized_keys\n");
        Assert.Equal(Outcome.Pass, root.Look(new AuthorizedKeys()).Outcome);
        Assert.Equal(Outcome.Warning, root.File("/etc/ssh/keys/alice", AccountsCases.Ed25519).Look(new AuthorizedKeys()).Outcome);
        Assert.Equal(Outcome.Fail, root.File("/etc/ssh/keys/daemon", AccountsCases.Ed25519).Look(new AuthorizedKeys()).Outcome);
    }

    [Fact]
    public void Keys_that_a_program_hands_out_are_unknown() =>
        Assert.Throws<CannotLookException>(() => AccountsCases.People(new PreparedRoot()).File("/etc/ssh/sshd_config", "AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys\n").Look(new AuthorizedKeys()));

    [Fact]
    public void Weak_keys_and_files_that_others_may_write_fail()
    {
        // string "ssh-rsa", mpint 65537, mpint of 1024 bits
        var blob = new List<byte> { 0, 0, 0, 7 };
        blob.AddRange("ssh-rsa"u8);
        blob.AddRange([0, 0, 0, 3, 1, 0, 1, 0, 0, 0, 129, 0, 0x80]);
        blob.AddRange(new byte[127]);
        var key = $"ssh-rsa {Convert.ToBase64String([.. blob])} alice";
        Assert.StartsWith(Rsa1024, key, StringComparison.Ordinal);
        var finding = AccountsCases.People(new PreparedRoot()).File("/home/alice/.ssh/authorized_keys", key, 0x180, 1000).Look(new AuthorizedKeys());
        Assert.Equal((Outcome.Fail, true), (finding.Outcome, finding.Found.Contains("1024 bits", StringComparison.Ordinal)));
        Assert.Equal(Outcome.Fail, AccountsCases.People(new PreparedRoot()).File("/home/alice/.ssh/authorized_keys", "", 0x1B4, 1000).Look(new AuthorizedKeys()).Outcome);
        Assert.Equal(Outcome.Fail, AccountsCases.People(new PreparedRoot()).File("/home/alice/.ssh/authorized_keys", "", 0x180, 33).Look(new AuthorizedKeys()).Outcome);
    }

    [Fact]
    public void Administrators_who_cannot_come_in_are_not_dormant()
    {
        var root = AccountsCases.People(new PreparedRoot()).File("/etc/shadow", "alice:!:1::::::\n").Says("lastlog -b 90", "Username Port From Latest\nalice **Never logged in**\n");
        Assert.Equal(Outcome.Pass, root.Look(new DormantAdministrators()).Outcome);
        Assert.Equal(Outcome.Warning, root.File("/home/alice/.ssh/authorized_keys", AccountsCases.Ed25519).Look(new DormantAdministrators()).Outcome);
        Assert.Throws<CannotLookException>(() => AccountsCases.People(new PreparedRoot()).Look(new DormantAdministrators()));
    }

    [Fact]
    public void Services_set_to_run_as_root_are_seen_in_the_settings_too()
    {
        const string Master = "# service type private unpriv chroot wakeup maxproc command\nsmtp inet n - y - - smtpd\nlocal unix - n n - - local\n";
        Assert.Equal(Outcome.Pass, new PreparedRoot().File("/etc/postfix/master.cf", Master).Look(new MailDaemons()).Outcome);
        Assert.Equal(Outcome.Fail, new PreparedRoot().File("/etc/postfix/master.cf", Master + "qmgr unix n n n 300 1 qmgr\n").Look(new MailDaemons()).Outcome);
        Assert.Throws<CannotLookException>(() => new PreparedRoot().Look(new MailDaemons()));
        Assert.Equal(Outcome.Fail, new PreparedRoot().Says(AccountsCases.Processes, "0 managesieve-log dovecot/managesieve-login\n").Look(new MailDaemons()).Outcome);
        Assert.Equal(Outcome.NotApplicable, new PreparedRoot().Says(AccountsCases.Processes, "0 smtpd smtpd: [priv]\n").Look(new MailDaemons()).Outcome);
    }

    [Theory]
    [InlineData(0x1A0, 0, 42, Outcome.Pass)]
    [InlineData(0x180, 0, 0, Outcome.Pass)]
    [InlineData(0x1A0, 0, 1000, Outcome.Fail)]
    [InlineData(0x1B0, 0, 42, Outcome.Fail)]
    [InlineData(0x180, 1000, 0, Outcome.Fail)]
    public void Hashes_are_for_root_and_the_group_shadow(int mode, uint user, uint group, Outcome expected) =>
        Assert.Equal(expected, AccountsCases.People(new PreparedRoot()).File("/etc/shadow", AccountsCases.Shadow, mode, user, group).Look(new AccountFiles()).Outcome);
}
