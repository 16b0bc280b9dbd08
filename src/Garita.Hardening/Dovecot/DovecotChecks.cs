namespace Garita.Hardening.Dovecot;

/// <summary>Dovecot, by its own doveconf where it runs.</summary>
internal static class DovecotChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new DovecotPlaintext(),
        new DovecotTlsRequired(),
        new DovecotTlsVersion(),
        new DovecotTrustedNetworks(),
        new DovecotLoginLog(),
        new DovecotPasswordLog(),
        new DovecotFirstUser(),
        new DovecotLoginUser(),
        new DovecotKeyRights(),
        new DovecotGreeting(),
        new DovecotMechanisms(),
        new DovecotLoginLimits(),
        new DovecotConfigRights(),
    ];
}
