namespace Garita.Hardening.Accounts;

/// <summary>Measure 6: who may become root, and how.</summary>
internal static class AccountsChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new RootAlone(),
        new RootGroupAlone(),
        new EmptyPasswords(),
        new PamNullok(),
        new PasswordHashes(),
        new AccountFiles(),
        new SystemAccounts(),
        new MailDaemons(),
        new DormantAdministrators(),
        new AuthorizedKeys(),
        new SshRootLogin(),
        new SshAllowedUsers(),
        new SshAuthTries(),
        new SshEmptyPasswords(),
        new SshPasswords(),
        new SshHostBased(),
        new SshIgnoreRhosts(),
        new SshGraceTime(),
        new SshUserEnvironment(),
        new SshX11(),
        new SshFiles(),
        new SudoPasswords(),
        new SudoAuthenticates(),
        new SudoTimeout(),
        new SudoersFiles(),
        new SuRestricted(),
        new AccountLockOut(),
    ];
}
