using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdConfigRights : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-config-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes the settings and tables of OpenSMTPD";

    public override string Why => "An action may start a program as any user, and tables say who is who: who writes them is root.";

    public override IReadOnlyList<string> References => ["CIS 7.1", "NIST SP 800-45 §5.3"];

    public override string Expected => "smtpd.conf and the files of tables belong to root and nobody else writes them; tables of auth are not for everybody to read";

    public override string Mend => "chown root and chmod go-w for what was found; chmod 0640 for tables with passwords";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd) => FileRights.Judge([.. Wrong(host, smtpd).Select(static wrong => wrong.What)], "root alone may write");

    public override Repair? Repair(View host) => OpenSmtpdSettings.Read(host) is { } smtpd
        ? new(Risk.Medium, "A program that is neither root nor in the group of a table with passwords cannot read it any more.", [.. Wrong(host, smtpd).Select(static wrong => new SetMode(wrong.Path, wrong.Mode, "root"))])
        : null;

    private static List<(string Path, UnixFileMode Mode, string What)> Wrong(View host, OpenSmtpdSettings smtpd)
    {
        var secret = smtpd.Directives.Where(static words => words[0] is "listen" or "action").SelectMany(static words => words.Zip(words.Skip(1))).Where(static pair => pair.First is "auth" or "auth-optional" && pair.Second.StartsWith('<')).Select(static pair => pair.Second.Trim('<', '>')).ToHashSet(StringComparer.Ordinal);
        var wrong = new List<(string, UnixFileMode, string)>();
        foreach (var (path, isSecret) in Files(smtpd, secret))
        {
            if (host.Stat(path) is not { } facts)
                continue;
            var mode = facts.Mode & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
            if (isSecret)
                mode &= ~(UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            if (FileRights.WritableByOthersThanRoot(path, facts) is { } what)
                wrong.Add((path, mode, what));
            else if (isSecret && facts.OthersMay(UnixFileMode.OtherRead))
                wrong.Add((path, mode, $"{path} is {facts.Octal} and holds passwords"));
        }
        return wrong;
    }

    private static IEnumerable<(string Path, bool IsSecret)> Files(OpenSmtpdSettings smtpd, HashSet<string> secret)
    {
        yield return (smtpd.Path, false);
        foreach (var words in smtpd.Directives.Where(static words => words is ["table", _, _, ..] && words[2].Contains('/', StringComparison.Ordinal) && !words[2].StartsWith('{')))
            yield return (words[2][words[2].IndexOf('/', StringComparison.Ordinal)..], secret.Contains(words[1]));
    }
}
