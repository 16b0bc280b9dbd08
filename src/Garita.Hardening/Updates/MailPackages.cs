namespace Garita.Hardening.Updates;

/// <summary>Packages whose holes are reached from outside by mail.</summary>
internal static class MailPackages
{
    private static readonly string[] Beginnings =
    [
        "postfix", "exim4", "sendmail", "opensmtpd", "dovecot", "cyrus", "garita", "rspamd", "spamassassin", "spamd", "clamav", "amavis", "opendkim", "opendmarc", "libmilter", "libopendkim",
        "libssl", "openssl", "libgnutls", "ca-certificates", "libc6", "linux-image", "bind9", "unbound", "openssh", "slapd", "libldap", "libpam", "sudo",
    ];

    /// <summary>Whether a package is one of them.</summary>
    /// <param name="name">Its name.</param>
    public static bool Has(string name) => Beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal));
}
