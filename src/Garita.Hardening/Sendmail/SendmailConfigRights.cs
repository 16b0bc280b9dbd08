using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailConfigRights : SendmailCheck
{
    private static readonly string[] Paths = [SendmailSettings.ConfigFile, SendmailSettings.MacroFile, "/etc/mail/access", "/etc/mail/relay-domains", "/etc/mail/local-host-names", "/etc/mail/aliases", "/etc/aliases"];

    public override string Id => "sendmail-config-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes the settings and aliases of Sendmail";

    public override string Why => "An alias may start a program, and sendmail.cf says as whom: who writes them is root.";

    public override IReadOnlyList<string> References => ["CIS 7.1", "NIST SP 800-45 §5.3"];

    public override string Expected => "sendmail.cf, .mc, access, relay-domains, local-host-names and aliases are not for everybody to write, and not for another group than Debian's smmsp";

    public override string Mend => "chmod o-w (and g-w for sendmail.cf) for what was found";

    protected override Finding Look(View host, SendmailSettings sendmail) => FileRights.Judge([.. Wrong(host).Select(static wrong => wrong.What)], "not for others to write");

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "Administrators who are not root have to become root to change the settings.",
        [.. Wrong(host).Select(static wrong => new SetMode(wrong.Path, wrong.Mode))]);

    // Debian's maintainer scripts keep some of these writable for the group smmsp, in a folder of its own: only sendmail.cf must not be.
    private static List<(string Path, UnixFileMode Mode, string What)> Wrong(View host)
    {
        var wrong = new List<(string, UnixFileMode, string)>();
        foreach (var path in Paths)
        {
            if (host.Stat(path) is not { } facts)
                continue;
            var forbidden = string.Equals(path, SendmailSettings.ConfigFile, StringComparison.Ordinal) ? UnixFileMode.GroupWrite | UnixFileMode.OtherWrite : UnixFileMode.OtherWrite;
            if ((facts.Mode & forbidden) != UnixFileMode.None)
                wrong.Add((path, facts.Mode & ~forbidden, $"{path} is {facts.Octal}"));
        }
        return wrong;
    }
}
