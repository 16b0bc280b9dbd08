using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailSmuggling : SendmailCheck
{
    private static readonly string[] Mended = ["8.17.1.9-2+deb12u1", "8.15.2-22+deb11u1"];

    public override string Id => "sendmail-smuggling";

    public override Measure Measure => Measure.Updates;

    public override string Title => "Sendmail ends messages where the standard does";

    public override string Why => "Two servers that disagree on where a message ends can be made to take a forged one behind it (SMTP smuggling).";

    public override IReadOnlyList<string> References => ["CVE-2023-51765", "RFC 5321 §2.3.8"];

    public override string Expected => "8.18 or later (Debian 12: 8.17.1.9-2+deb12u1 with Srv_Features o), RejectNUL=true, no Srv_Features that allow bare line ends";

    protected override string Macro => "define(`confREJECT_NUL', `true')dnl";

    public override string Mend => $"update Sendmail; {Macro} in {SendmailSettings.MacroFile}; `Srv_Features: o` in /etc/mail/access for versions before 8.18; then sendmailconfig";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var version = Version(host, sendmail);
        var current = PackageVersion.AtLeast(version, "8.18");
        if (!current && !Array.Exists(Mended, mended => version.StartsWith(mended[..(mended.IndexOf("+deb", StringComparison.Ordinal) + 6)], StringComparison.Ordinal) && PackageVersion.AtLeast(version, mended)))
            return Finding.Fail($"version {version}");
        var flags = Features(host);
        // A capital letter takes a protection away, but u2 and g2 put a blank in place of what is wrong.
        if (flags.Find(static flag => flag is "O" or "U" or "G" or "F") is { } weak)
            return Finding.Fail($"version {version}, but /etc/mail/access has Srv_Features with {weak}");
        if (!current && !flags.Contains("o"))
            return Finding.Warning($"version {version}, which wants Srv_Features: o in /etc/mail/access for it");
        return string.Equals(sendmail.Option("RejectNUL"), "true", StringComparison.OrdinalIgnoreCase)
            ? Finding.Pass($"version {version}, RejectNUL=true")
            : Finding.Warning($"version {version}, but RejectNUL={sendmail.Option("RejectNUL") ?? "false"}");
    }

    private static string Version(View host, SendmailSettings sendmail)
    {
        // The package's version is that of the program; the file's may be from before an update.
        if (host.Exists("/var/lib/dpkg/status") && host.Package("sendmail-bin") is { } installed)
            return installed;
        return sendmail.FileVersion?.Replace("/Debian-", "-", StringComparison.Ordinal) ?? throw new CannotLookException("the version of Sendmail is not known");
    }

    private static List<string> Features(View host)
    {
        var flags = new List<string>();
        foreach (var line in host.Lines("/etc/mail/access") ?? [])
        {
            if (!line.StartsWith("Srv_Features:", StringComparison.OrdinalIgnoreCase))
                continue;
            // Behind the colon may stand whom it is for.
            var words = Text.Words(line);
            foreach (var word in words[1..])
                flags.Add(word);
        }
        return [.. flags.Where(static flag => flag.Length <= 2)];
    }
}
