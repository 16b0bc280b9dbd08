namespace Garita.Hardening.OpenSmtpd;

/// <summary>OpenSMTPD, by its smtpd.conf.</summary>
internal static class OpenSmtpdChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new OpenSmtpdRelay(),
        new OpenSmtpdTrustedNetworks(),
        new OpenSmtpdTls(),
        new OpenSmtpdLoginTls(),
        new OpenSmtpdVersion(),
        new OpenSmtpdKeyRights(),
        new OpenSmtpdConfigRights(),
        new OpenSmtpdDeliveryUser(),
        new OpenSmtpdLimits(),
    ];
}
