using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailProgramRights : SendmailCheck
{
    private static readonly string[] Paths = ["/usr/libexec/sendmail/sendmail", "/usr/lib/sm.bin/sendmail", "/usr/lib/sm.bin/sendmail-mta", "/usr/sbin/sendmail.sendmail", "/usr/sbin/sendmail"];

    public override string Id => "sendmail-program-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Nobody becomes root by starting Sendmail";

    public override string Why => "A set-user-id root mail server gave every local user each of its holes; since 8.12 the group smmsp is enough.";

    public override IReadOnlyList<string> References => ["CIS 7.1.13", "NIST SP 800-45 §5.3"];

    public override string Expected => "the program is not set-user-id";

    public override string Mend => "chmod u-s for the program, and the package's own rights again: apt-get install --reinstall sendmail-bin";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var programs = Paths.Select(path => (Path: path, Facts: host.Stat(path))).Where(static known => known.Facts is not null).ToArray();
        if (programs.Length == 0)
            throw new CannotLookException("the program of Sendmail was not found");
        var wrong = programs.Where(static known => known.Facts!.User == 0 && (known.Facts.Mode & UnixFileMode.SetUser) != UnixFileMode.None).Select(static known => $"{known.Path} is {known.Facts!.Octal}").ToArray();
        return FileRights.Judge(wrong, string.Join(", ", programs.Select(static known => $"{known.Path} is {known.Facts!.Octal}")));
    }
}
