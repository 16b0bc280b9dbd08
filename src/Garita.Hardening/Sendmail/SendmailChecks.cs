namespace Garita.Hardening.Sendmail;

/// <summary>Sendmail, by its sendmail.cf.</summary>
internal static class SendmailChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new SendmailSmuggling(),
        new SendmailVrfy(),
        new SendmailHelo(),
        new SendmailLocalUsers(),
        new SendmailBanner(),
        new SendmailConnections(),
        new SendmailMessageSize(),
        new SendmailRecipients(),
        new SendmailRelay(),
        new SendmailLoginTls(),
        new SendmailLog(),
        new SendmailConfigRights(),
        new SendmailProgramRights(),
    ];
}
