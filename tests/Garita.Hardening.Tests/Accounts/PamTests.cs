using Garita.Hardening.Accounts;
using Xunit;

namespace Garita.Hardening.Tests.Accounts;

public sealed class PamTests
{
    private const string RootOk = "auth sufficient pam_rootok.so\n";

    [Theory]
    [InlineData("auth required pam_wheel.so", Outcome.Pass)]
    [InlineData("-auth   requisite   /lib/security/pam_wheel.so use_uid", Outcome.Pass)]
    [InlineData("auth sufficient pam_wheel.so trust", Outcome.Fail)]
    [InlineData("auth required pam_wheel.so deny group=nosu", Outcome.Fail)]
    [InlineData("auth sufficient pam_unix.so\nauth required pam_wheel.so", Outcome.Fail)]
    [InlineData("auth [success=done default=ignore] pam_unix.so\nauth required pam_wheel.so", Outcome.Fail)]
    [InlineData("@include wheel", Outcome.Pass)]
    [InlineData("auth include wheel", Outcome.Pass)]
    [InlineData("account include wheel", Outcome.Fail)]
    [InlineData("auth \\\n required pam_wheel.so", Outcome.Pass)]
    public void Su_asks_who_is_an_administrator_before_anything_suffices(string text, Outcome expected) =>
        Assert.Equal(expected, new PreparedRoot().File("/etc/pam.d/su", RootOk + text + "\n").File("/etc/pam.d/wheel", "auth required pam_wheel.so\n").Look(new SuRestricted()).Outcome);

    [Fact]
    public void A_stack_with_a_missing_part_is_unknown() => Assert.Throws<CannotLookException>(() => new PreparedRoot().File("/etc/pam.d/su", RootOk + "@include gone\n").Look(new SuRestricted()));

    [Fact]
    public void Debians_line_is_mended_alone_and_only_where_somebody_is_left()
    {
        const string Debian = RootOk + "# auth       required   pam_wheel.so\n# auth       sufficient pam_wheel.so trust\n# auth       required   pam_wheel.so deny group=nosu\n";
        Assert.NotNull(AccountsCases.People(new PreparedRoot()).File("/etc/pam.d/su", Debian).Repair(new SuRestricted()));
        Assert.Null(AccountsCases.People(new PreparedRoot()).File("/etc/pam.d/su", RootOk).Repair(new SuRestricted()));
        Assert.Null(AccountsCases.People(new PreparedRoot()).File("/etc/group", "root:x:0:\nsudo:x:27:\n").File("/etc/pam.d/su", Debian).Repair(new SuRestricted()));
    }

    [Theory]
    [InlineData("deny = 5\nunlock_time = 900\neven_deny_root\n", "", Outcome.Pass)]
    [InlineData("deny = 5\nunlock_time = 0\nroot_unlock_time = 60\n", "", Outcome.Pass)]
    [InlineData("deny = 5\nunlock_time = 900\n", "", Outcome.Fail)]
    [InlineData("deny = 0\nunlock_time = 900\neven_deny_root\n", "", Outcome.Fail)]
    [InlineData("unlock_time = 900\neven_deny_root\n", "", Outcome.Pass)]
    [InlineData("deny = 5\neven_deny_root\n", "", Outcome.Fail)]
    [InlineData("deny = 5\nunlock_time = 900\n# even_deny_root\n", "", Outcome.Fail)]
    [InlineData("deny = 5\nunlock_time = 900\neven_deny_root\n", " deny=50", Outcome.Fail)]
    [InlineData("", " deny=4 unlock_time=1800 even_deny_root", Outcome.Pass)]
    public void A_lock_out_is_for_root_too_and_the_line_comes_before_the_file(string settings, string arguments, Outcome expected) =>
        Assert.Equal(expected, new PreparedRoot().File("/etc/pam.d/common-auth", AccountsCases.FaillockAuth.Replace("preauth", "preauth" + arguments, StringComparison.Ordinal).Replace("authfail", "authfail" + arguments, StringComparison.Ordinal))
            .File("/etc/pam.d/common-account", "account required pam_faillock.so\n").File("/etc/security/faillock.conf", settings).Look(new AccountLockOut()).Outcome);

    [Theory]
    [InlineData("auth required pam_faillock.so preauth\n", "account required pam_faillock.so\n")]
    [InlineData("auth [default=die] pam_faillock.so authfail\n", "account required pam_faillock.so\n")]
    [InlineData("auth required pam_faillock.so preauth\nauth [default=die] pam_faillock.so authfail\n", "account required pam_unix.so\n")]
    public void Half_a_lock_out_is_none(string auth, string account) =>
        Assert.Equal(Outcome.Fail, new PreparedRoot().File("/etc/pam.d/common-auth", auth).File("/etc/pam.d/common-account", account).File("/etc/security/faillock.conf", "deny = 5\nunlock_time = 900\neven_deny_root\n").Look(new AccountLockOut()).Outcome);
}
