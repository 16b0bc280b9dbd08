using Garita.Hardening.Postfix;

namespace Garita.Hardening.Tests.Postfix;

internal static class PostfixCases
{
    private const string Smtp = "smtp inet n - y - - smtpd\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        Of(new PostfixBareNewline(), "smtpd_forbid_bare_newline = normalize", "smtpd_forbid_bare_newline = no"),
        Of(new PostfixPipelining(), "smtpd_forbid_unauth_pipelining = yes", "smtpd_forbid_unauth_pipelining = no"),
        Of(new PostfixHelo(), "smtpd_helo_required = yes", ""),
        Of(new PostfixVrfy(), "disable_vrfy_command = yes", ""),
        Of(new PostfixPercentHack(), "allow_percent_hack = no", ""),
        Of(new PostfixStrictEnvelopes(), "strict_rfc821_envelopes = yes", ""),
        Of(new PostfixTlsVersions(), "smtpd_tls_security_level = may\nsmtpd_tls_protocols = >=TLSv1.2", "smtpd_tls_security_level = may\nsmtpd_tls_protocols = !SSLv2, !SSLv3"),
        Of(new PostfixTlsForLogin(), "smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = yes", "smtpd_sasl_auth_enable = yes"),
        Of(new PostfixLoginRate(), "smtpd_sasl_auth_enable = yes\nsmtpd_client_auth_rate_limit = 10", "smtpd_sasl_auth_enable = yes"),
        Of(new PostfixConnectionRate(), "smtpd_client_connection_rate_limit = 60", ""),
        Of(new PostfixBanner(), "myhostname = postfix1.example.com\nsmtpd_banner = $myhostname ESMTP", "myhostname = mail.example.com\nsmtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)"),
        Of(new PostfixRelay(), "smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated\n  defer_unauth_destination", "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks, permit"),
        Of(new PostfixTrustedNetworks(), "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 192.0.2.0/28", "mynetworks = 127.0.0.0/8 10.0.0.0/8"),
        Of(new PostfixGatewayUntrusted(), "mynetworks = 127.0.0.0/8 !192.0.2.7 192.0.2.0/24", "mynetworks = 127.0.0.0/8 192.0.2.0/24"),
        Of(new PostfixGatewayExempt(), "mynetworks = 127.0.0.0/8\nsmtpd_client_event_limit_exceptions = $mynetworks, 192.0.2.7", "mynetworks = 127.0.0.0/8"),
        new(new PostfixChroot(), static root => Set(root, "", Smtp), static root => Set(root, "", Smtp + "submission inet n - n - - smtpd\n")),
        new(new PostfixKeyRights(), static root => Key(root, 0x180 /* 0600 */), static root => Key(root, 0x1A4 /* 0644 */)),
        new(new PostfixConfigRights(), static root => Set(root, "", Smtp), static root => Set(root, "", Smtp).File("/etc/postfix/master.cf", Smtp, 0x1B4 /* 0664 */)),
        new(new PostfixPasswordFiles(), static root => Passwords(root, 0x180), static root => Passwords(root, 0x1A4)),
        Of(new PostfixTlsLog(), "smtpd_tls_security_level = may\nsmtpd_tls_loglevel = 1", "smtpd_tls_security_level = may"),
        Of(new PostfixQueueSpace(), "message_size_limit = 1000000\nqueue_minfree = 1500000", "message_size_limit = 1000000\nqueue_minfree = 1000000"),
        Of(new PostfixUnknownRecipients(), "compatibility_level = 3.6", "compatibility_level = 3.6\nlocal_recipient_maps ="),
    ];

    /// <summary>A Postfix of these settings, with a gateway at 192.0.2.7 in front.</summary>
    public static PreparedRoot Set(PreparedRoot root, string main, string master = Smtp) => root.Folder("/etc/postfix")
        .File("/etc/postfix/main.cf", main + "\n").File("/etc/postfix/master.cf", master).File("/etc/garita/gateways", "# in front\n192.0.2.7\n");

    private static CheckCase Of(Check check, string good, string bad) => new(check, root => Set(root, good), root => Set(root, bad));

    private static void Key(PreparedRoot root, int mode) => Set(root, "smtpd_tls_cert_file = /etc/ssl/mail.pem\nsmtpd_tls_key_file = /etc/ssl/private/mail.key").File("/etc/ssl/private/mail.key", "", mode);

    private static void Passwords(PreparedRoot root, int mode) => Set(root, "virtual_mailbox_maps = proxy:mysql:/etc/postfix/mailboxes.cf").File("/etc/postfix/mailboxes.cf", "password = x\n", mode);
}
