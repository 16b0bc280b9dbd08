namespace Garita.Hardening;

/// <summary>Every check there is.</summary>
public static class Catalogue
{
    /// <summary>All of them, by measure; each folder lists its own.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        .. Physical.PhysicalChecks.All,
        .. Software.SoftwareChecks.All,
        .. Firewall.FirewallChecks.All,
        .. Accounts.AccountsChecks.All,
        .. Gateway.GatewayChecks.All,
        .. Postfix.PostfixChecks.All,
        .. Exim.EximChecks.All,
        .. Dovecot.DovecotChecks.All,
        .. Sendmail.SendmailChecks.All,
        .. OpenSmtpd.OpenSmtpdChecks.All,
        .. Attest.AttestCheck.All,
        .. Updates.UpdatesChecks.All,
        .. Logging.LoggingChecks.All,
    ];
}
