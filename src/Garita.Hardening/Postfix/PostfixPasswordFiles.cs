using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixPasswordFiles : PostfixCheck
{
    private static readonly string[] Kinds = ["ldap:", "mysql:", "pgsql:"];

    public override string Id => "postfix-password-files";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Files of Postfix with passwords are not for everybody to read";

    public override string Why => "They hold the passwords of databases, directories and of the relay behind: any account on the host would have them.";

    public override IReadOnlyList<string> References => ["CIS 7.1", "NIST SP 800-45 §5.3"];

    public override string Expected => "nobody but owner and group reads smtp_sasl_password_maps and the files of ldap:, mysql: and pgsql: tables";

    public override string Mend => "chmod o-rwx for what was found";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var files = Files(host, postfix);
        return files.Count == 0
            ? Finding.NotApplicable("no table with a password")
            : FileRights.Judge([.. files.Where(static file => Open(file.Facts)).Select(static file => $"{file.Path} is {file.Facts.Octal}")], string.Join(", ", files.Select(static file => file.Path)));
    }

    protected override Repair? Repair(View host, PostfixSettings postfix) => new(
        Risk.Medium,
        "A program that is neither owner nor in the group of the file cannot read it any more.",
        [.. Files(host, postfix).Where(static file => Open(file.Facts)).Select(static file => new SetMode(file.Path, file.Facts.Mode & ~(UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)))]);

    private static bool Open(FileFacts facts) => facts.OthersMay(UnixFileMode.OtherRead | UnixFileMode.OtherWrite);

    private static List<(string Path, FileFacts Facts)> Files(View host, PostfixSettings postfix)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in postfix.Given)
        {
            foreach (var item in PostfixSettings.Items(value))
            {
                var map = item.StartsWith("proxy:", StringComparison.Ordinal) ? item[6..] : item;
                var at = map.IndexOf(':', StringComparison.Ordinal);
                if (at < 0 || at + 1 >= map.Length || map[at + 1] != '/')
                    continue;
                if (Array.Exists(Kinds, kind => map.StartsWith(kind, StringComparison.Ordinal)) || string.Equals(name, "smtp_sasl_password_maps", StringComparison.Ordinal))
                    paths.Add(map[(at + 1)..]);
            }
        }
        // postmap puts what it made beside the text.
        return [.. paths.SelectMany(static path => new[] { path, path + ".db", path + ".lmdb" }).Select(path => (path, Facts: host.Stat(path))).Where(static file => file.Facts is not null).Select(static file => (file.path, file.Facts!))];
    }
}
