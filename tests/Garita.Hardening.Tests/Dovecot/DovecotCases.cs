using Garita.Hardening.Dovecot;

namespace Garita.Hardening.Tests.Dovecot;

internal static class DovecotCases
{
    private const string Main = "protocols = imap lmtp\n!include conf.d/*.conf\n!include_try local.conf\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        Of(new DovecotPlaintext(), "", "disable_plaintext_auth = no"),
        Of(new DovecotTlsRequired(), "ssl = required", "ssl = yes"),
        Of(new DovecotTlsVersion(), "ssl_min_protocol = TLSv1.2", "ssl_min_protocol = TLSv1"),
        Of(new DovecotTrustedNetworks(), "login_trusted_networks = 192.0.2.7", "login_trusted_networks = 192.0.2.0/24"),
        Of(new DovecotLoginLog(), "auth_verbose = yes", ""),
        Of(new DovecotPasswordLog(), "", "auth_verbose_passwords = plain"),
        Of(new DovecotFirstUser(), "", "first_valid_uid = 0"),
        Of(new DovecotLoginUser(), "service imap-login {\n  chroot = login\n  user = $default_login_user\n}", "default_login_user = dovecot"),
        new(new DovecotKeyRights(), static root => Key(root, 0x1A0 /* 0640 */), static root => Key(root, 0x1A4 /* 0644 */)),
        Of(new DovecotGreeting(), "login_greeting = Ready.", "login_greeting = Dovecot (Debian) ready."),
        Of(new DovecotMechanisms(), "auth_mechanisms = plain login", "auth_mechanisms = plain anonymous"),
        Of(new DovecotLoginLimits(), "", "auth_failure_delay = 0"),
        new(new DovecotConfigRights(), static root => Sql(root, 0x1A0), static root => Sql(root, 0x1A4)),
    ];

    /// <summary>A Dovecot with these settings in a file that is included, and a gateway at 192.0.2.7 in front.</summary>
    public static PreparedRoot Set(PreparedRoot root, string settings, string main = Main) => root.Folder("/etc/dovecot")
        .File("/etc/dovecot/dovecot.conf", main).File("/etc/dovecot/conf.d/10-all.conf", settings + "\n").File("/etc/garita/gateways", "192.0.2.7\n");

    private static CheckCase Of(Check check, string good, string bad) => new(check, root => Set(root, good), root => Set(root, bad));

    private static void Key(PreparedRoot root, int mode) => Set(root, "ssl_cert = </etc/ssl/mail.pem\nssl_key = </etc/dovecot/private/mail.key").File("/etc/dovecot/private/mail.key", "", mode);

    private static void Sql(PreparedRoot root, int mode) => Set(root, "").File("/etc/dovecot/dovecot-sql.conf.ext", "connect = host=db dbname=mail user=mail password=x\n", mode);
}
