using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotConfigRights : DovecotCheck
{
    private const string Folder = "/etc/dovecot";

    // These hold a database's or a directory's password.
    private static readonly string[] Secret = ["sql", "ldap", "dict", "oauth2"];

    public override string Id => "dovecot-config-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes the settings of Dovecot, and their passwords are kept";

    public override string Why => "The settings say what runs as root; the .ext files hold the password of the database with all accounts.";

    public override IReadOnlyList<string> References => ["CIS 7.1", "NIST SP 800-45 §5.3"];

    public override string Expected => "/etc/dovecot and its files belong to root and nobody else writes them; sql, ldap and dict files are not for everybody to read";

    public override string Mend => "chown root and chmod go-w for what was found; chmod 0640 and group dovecot for files with passwords";

    protected override Finding Look(View host, DovecotSettings dovecot) => FileRights.Judge([.. Wrong(host).Select(static wrong => wrong.What)], "root alone may write, nobody else reads passwords");

    protected override Repair? Repair(View host, DovecotSettings dovecot) => new(
        Risk.Medium,
        "A program that is neither owner nor in the group of a file with a password cannot read it any more.",
        [.. Wrong(host).Select(static wrong => new SetMode(wrong.Path, wrong.Mode, "root"))]);

    private static List<(string Path, string What, UnixFileMode Mode)> Wrong(View host)
    {
        var wrong = new List<(string, string, UnixFileMode)>();
        foreach (var path in new[] { Folder }.Concat(Files(host, Folder)).Concat(Files(host, Folder + "/conf.d")))
        {
            if (host.Stat(path) is not { } facts)
                throw new CannotLookException(path + " is gone");
            var mode = facts.Mode & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
            if (FileRights.WritableByOthersThanRoot(path, facts) is { } writable)
                wrong.Add((path, writable, mode));
            else if (IsSecret(path) && facts.OthersMay(UnixFileMode.OtherRead) && HasPassword(host, path))
                wrong.Add((path, $"{path} is {facts.Octal} and holds a password", mode & ~UnixFileMode.OtherRead));
        }
        return wrong;
    }

    private static IEnumerable<string> Files(View host, string folder) => (host.List(folder) ?? []).Where(static name => name.EndsWith(".conf", StringComparison.Ordinal) || name.EndsWith(".ext", StringComparison.Ordinal)).Select(name => $"{folder}/{name}");

    private static bool IsSecret(string path) => path.EndsWith(".ext", StringComparison.Ordinal) && Array.Exists(Secret, kind => Path.GetFileName(path).Contains(kind, StringComparison.Ordinal));

    private static bool HasPassword(View host, string path) => Text.Lines(host.Read(path) ?? "").Any(static line => line.Contains("password=", StringComparison.Ordinal) || line.StartsWith("dnpass", StringComparison.Ordinal) || line.StartsWith("client_secret", StringComparison.Ordinal));
}
