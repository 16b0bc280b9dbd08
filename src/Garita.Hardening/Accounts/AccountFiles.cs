using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class AccountFiles : Check
{
    private static readonly (string Path, UnixFileMode Most)[] Files =
    [
        ("/etc/passwd", Open), ("/etc/group", Open), ("/etc/shadow", Closed), ("/etc/gshadow", Closed),
        ("/etc/passwd-", Open), ("/etc/group-", Open), ("/etc/shadow-", Closed), ("/etc/gshadow-", Closed),
    ];

    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const UnixFileMode Open = Closed | UnixFileMode.OtherRead;

    public override string Id => "account-files";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes the lists of accounts, and only root reads the hashes";

    public override string Why => "Whoever writes them makes himself root; whoever reads the hashes guesses passwords at home.";

    public override IReadOnlyList<string> References => ["CIS 7.1.1", "CIS 7.1.5", "Lynis FILE-7524"];

    public override string Expected => "passwd and group 0644, shadow and gshadow 0640 (root:shadow) or less, and their backups";

    public override string Mend => "chmod and chown as expected";

    public override Finding Look(View host)
    {
        if (!host.Exists("/etc/passwd"))
            throw new CannotLookException("there is no /etc/passwd");
        var found = Wrong(host).Select(static known => $"{known.Path} {known.Facts.Octal}, owner {known.Facts.User}:{known.Facts.Group}").ToArray();
        return found.Length > 0 ? Finding.Fail(string.Join("; ", found)) : Finding.Pass("as expected");
    }

    public override Repair? Repair(View host) =>
        Wrong(host).ToArray() is { Length: > 0 } found ? new(Risk.Low, "Nothing that is right to do.", [.. found.Select(static known => new SetMode(known.Path, known.Most, "root", known.Most == Closed ? "shadow" : "root"))]) : null;

    /// <summary>The group of hashes is shadow, whatever its number, where there is one; a group that may write is never right.</summary>
    private static IEnumerable<(string Path, UnixFileMode Most, FileFacts Facts)> Wrong(View host)
    {
        var shadow = Group.Read(host).FirstOrDefault(static group => group.Name is "shadow")?.Gid;
        foreach (var (path, most) in Files)
        {
            if (host.Stat(path) is not { } facts)
                continue;
            var group = facts.Group == 0 || facts.Group == shadow || most == Open || (facts.Mode & UnixFileMode.GroupRead) == UnixFileMode.None;
            if (facts.User != 0 || !group || (facts.Mode & ~most) != UnixFileMode.None)
                yield return (path, most, facts);
        }
    }
}
