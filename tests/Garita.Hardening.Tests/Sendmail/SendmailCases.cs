using Garita.Hardening.Sendmail;

namespace Garita.Hardening.Tests.Sendmail;

internal static class SendmailCases
{
    private const string Refusing = "SBasic_check_rcpt\nR$* $| RELAY\t\t$@ RELAY\nR$*\t\t\t$#error $@ 5.7.1 $: \"550 Relaying denied\"\n";
    private const string Promiscuous = "SBasic_check_rcpt\nR$* $| @ $#$*\t\t$#$2\n";

    public static IReadOnlyList<CheckCase> All { get; } =
    [
        Of(new SendmailSmuggling(), "DZ8.18.1\nO RejectNUL=true", "DZ8.17.1\nO RejectNUL=true"),
        Of(new SendmailVrfy(), "O PrivacyOptions=authwarnings,novrfy,noexpn", "O PrivacyOptions=authwarnings,needvrfyhelo"),
        Of(new SendmailHelo(), "O PrivacyOptions=goaway", "O PrivacyOptions=authwarnings"),
        Of(new SendmailLocalUsers(), "O PrivacyOptions=authwarnings,restrictqrun", "O PrivacyOptions=authwarnings"),
        Of(new SendmailBanner(), "O SmtpGreetingMessage=$j ESMTP $b", "O SmtpGreetingMessage=$j Sendmail $v/$Z; $b"),
        Of(new SendmailConnections(), "O MaxDaemonChildren=100\nO ConnectionRateThrottle=15", "O MaxDaemonChildren=0\nO ConnectionRateThrottle=15"),
        Of(new SendmailMessageSize(), "O MaxMessageSize=52428800", "#O MaxMessageSize=52428800"),
        Of(new SendmailRecipients(), "O BadRcptThrottle=3", ""),
        Of(new SendmailRelay(), Refusing, Promiscuous),
        Of(new SendmailLoginTls(), "O AuthMechanisms=LOGIN PLAIN\nO AuthOptions=A p y", "O AuthMechanisms=LOGIN PLAIN\nO AuthOptions=A"),
        Of(new SendmailLog(), "O LogLevel=9", "O LogLevel=5"),
        new(new SendmailConfigRights(), static root => Set(root, ""), static root => Set(root, "").File("/etc/mail/access", "", 0x1B6 /* 0666 */)),
        new(new SendmailProgramRights(), static root => Set(root, "").File("/usr/libexec/sendmail/sendmail", "", 0x5ED /* 02755 */), static root => Set(root, "").File("/usr/libexec/sendmail/sendmail", "", 0x9ED /* 04755 */)),
    ];

    public static PreparedRoot Set(PreparedRoot root, string config) => root.File("/etc/mail/sendmail.cf", "V10/Berkeley\n" + config + "\n");

    private static CheckCase Of(Check check, string good, string bad) => new(check, root => Set(root, good), root => Set(root, bad));
}
