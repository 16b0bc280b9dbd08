using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class SudoersFiles : Check
{
    public override string Id => "sudoers-files";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes the rules of sudo";

    public override string Why => "Whoever adds a line there is root.";

    public override IReadOnlyList<string> References => ["Lynis AUTH-9252", "CIS 7.1.10"];

    public override string Expected => "/etc/sudoers and the files it includes: of root, 0440 (0640 at most); /etc/sudoers.d: of root, 0755 at most";

    public override string Mend => "chown root:root, chmod 0440 the files, chmod 0750 /etc/sudoers.d";

    public override Finding Look(View host)
    {
        if (Sudoers.Read(host.Read, host.List) is not { } sudoers)
            return host.List("/etc") is null ? throw new CannotLookException("there is no /etc to look into") : Finding.NotApplicable("no sudo here");
        var found = Wrong(host, sudoers).Select(static known => $"{known.Path} {known.Facts.Octal}, owner {known.Facts.User}:{known.Facts.Group}").ToArray();
        return found.Length > 0 ? Finding.Fail(string.Join("; ", found)) : Finding.Pass($"{sudoers.Files.Count} files as expected");
    }

    public override Repair? Repair(View host)
    {
        const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.GroupRead;
        const UnixFileMode Folder = File | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;
        return Sudoers.Read(host.Read, host.List) is { } sudoers && Wrong(host, sudoers).ToArray() is { Length: > 0 } found
            ? new(Risk.Low, "Nothing that is right to do.", [.. found.Select(static known => new SetMode(known.Path, known.Facts.IsFolder ? Folder : File, "root", "root"))]) { Touches = Touches.Pam }
            : null;
    }

    private static IEnumerable<(string Path, FileFacts Facts)> Wrong(View host, Sudoers sudoers)
    {
        const UnixFileMode Never = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        foreach (var path in sudoers.Files.Append("/etc/sudoers.d").Distinct(StringComparer.Ordinal))
        {
            if (host.Stat(path) is { } facts && (facts.User != 0 || (facts.Mode & Never) != UnixFileMode.None || (!facts.IsFolder && facts.OthersMay(UnixFileMode.OtherRead | UnixFileMode.OtherExecute)) || (!facts.IsFolder && facts.Group != 0 && (facts.Mode & UnixFileMode.GroupRead) != UnixFileMode.None)))
                yield return (path, facts);
        }
    }
}
