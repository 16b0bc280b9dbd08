using Garita.Hardening.OpenSmtpd;

namespace Garita.Hardening.Tests.OpenSmtpd;

internal static class OpenSmtpdCases
{
    public const string Actions = "action \"local\" maildir\naction \"out\" relay\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        Of(new OpenSmtpdRelay(), Actions + "match from any for domain \"example.org\" action \"local\"\nmatch from local for any action \"out\"\nmatch auth from any for any action \"out\"", Actions + "match from any for any action \"out\""),
        Of(new OpenSmtpdTrustedNetworks(), Actions + "match from src 198.51.100.7 for any action \"out\"", Actions + "match from src 10.0.0.0/8 for any action \"out\""),
        Of(new OpenSmtpdTls(), "listen on all tls pki mail", "listen on all"),
        Of(new OpenSmtpdLoginTls(), "listen on eth0 port submission tls-require pki mail auth", "listen on eth0 port submission tls pki mail auth"),
        new(new OpenSmtpdVersion(), static root => Set(root, "").Installed("opensmtpd", "6.8.0p2-4+b4"), static root => Set(root, "").Installed("opensmtpd", "6.6.1p1-5")),
        new(new OpenSmtpdKeyRights(), static root => Key(root, 0x180), static root => Key(root, 0x1A4)),
        new(new OpenSmtpdConfigRights(), static root => Secrets(root, 0x1A0), static root => Secrets(root, 0x1A4)),
        Of(new OpenSmtpdDeliveryUser(), "action \"local\" mda \"/usr/bin/procmail\" user vmail", "action \"local\" mda \"/usr/bin/procmail\" user root"),
        Of(new OpenSmtpdLimits(), "smtp max-message-size 50M", "smtp max-message-size 1G"),
    ];

    public static PreparedRoot Set(PreparedRoot root, string config) => root.File("/etc/smtpd.conf", config + "\n").File("/etc/garita/gateways", "192.0.2.7\n");

    private static CheckCase Of(Check check, string good, string bad) => new(check, root => Set(root, good), root => Set(root, bad));

    private static void Key(PreparedRoot root, int mode) => Set(root, "pki mail cert \"/etc/ssl/mail.pem\"\npki mail key \"/etc/ssl/private/mail.key\"").File("/etc/ssl/private/mail.key", "", mode);

    private static void Secrets(PreparedRoot root, int mode) => Set(root, "table secrets file:/etc/mail/secrets\naction \"out\" relay host smtp+tls://me@smart.example.com auth <secrets>").File("/etc/mail/secrets", "me me:x\n", mode);
}
