using Garita.Hardening.Host;

namespace Garita.Hardening.Software;

internal sealed class OneMailServer : Check
{
    private static readonly (string Name, string[] Programs)[] Known =
    [
        ("Postfix", ["/usr/sbin/postfix", "/usr/lib/postfix/sbin/master"]),
        ("Exim", ["/usr/sbin/exim4", "/usr/sbin/exim"]),
        ("Sendmail", ["/usr/sbin/sendmail-mta", "/usr/libexec/sendmail/sendmail", "/usr/lib/sm.bin/sendmail", "/usr/sbin/sendmail.sendmail"]),
        ("OpenSMTPD", ["/usr/sbin/smtpd"]),
        ("Courier", ["/usr/sbin/courier", "/usr/lib/courier/courier/courierd"]),
        ("qmail", ["/var/qmail/bin/qmail-send", "/usr/sbin/qmail-send"]),
        ("nullmailer", ["/usr/sbin/nullmailer-send"]),
        ("dma", ["/usr/sbin/dma"]),
    ];

    public override string Id => "one-mail-server";

    public override Measure Measure => Measure.Software;

    public override string Title => "There is one mail server program";

    public override string Why => "A second one is not looked after, listens where nobody expects it, or sends mail past the rules of the first.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5.1", "SSG package_sendmail_removed"];

    public override string Expected => "at most one of Postfix, Exim, Sendmail, OpenSMTPD, Courier, nullmailer, dma";

    public override string Mend => "remove those that are not used: apt-get remove PACKAGE";

    public override Finding Look(View host)
    {
        if (host.List("/usr/sbin") is null)
            throw new CannotLookException("there is no /usr/sbin to look for mail servers in");
        var found = Known.Where(known => known.Programs.Any(host.Exists)).Select(static known => known.Name).ToArray();
        return found.Length > 1 ? Finding.Fail($"{found.Length} of them: {string.Join(", ", found)}") : Finding.Pass(found.Length == 0 ? "no mail server program" : found[0]);
    }
}
