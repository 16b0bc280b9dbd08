using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Gateway;

internal sealed class GatewayProgramRights : GatewayCheck
{
    private const string Folder = "/usr/lib/garita";

    public override string Id => "garita-program-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root replaces Garita's programs";

    public override string Why => "Administrators run them as root: whoever may write them is root at the next command.";

    public override IReadOnlyList<string> References => ["CIS 7.1", "NIST SP 800-45 §5.3"];

    public override string Expected => $"{Folder} and what is in it belong to root, and nobody else may write them";

    public override string Mend => $"chown -R root:root {Folder} && chmod -R go-w {Folder}; or install the package again";

    public override Finding Look(View host)
    {
        if (host.List(Folder) is null)
            return Finding.NotApplicable($"no {Folder}");
        return FileRights.Judge([.. Wrong(host).Select(static wrong => wrong.What)], $"root alone may write {Folder}");
    }

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "Nothing that does not write programs.",
        [.. Wrong(host).Select(static wrong => new SetMode(wrong.Path, wrong.Facts.Mode & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup), "root"))]);

    private static List<(string Path, FileFacts Facts, string What)> Wrong(View host)
    {
        var wrong = new List<(string, FileFacts, string)>();
        foreach (var path in (host.List(Folder) ?? []).Select(static name => $"{Folder}/{name}").Prepend(Folder))
        {
            var facts = host.Stat(path) ?? throw new CannotLookException(path + " leads nowhere");
            if (FileRights.WritableByOthersThanRoot(path, facts) is { } what)
                wrong.Add((path, facts, what));
            else if ((facts.Mode & UnixFileMode.SetUser) != UnixFileMode.None)
                wrong.Add((path, facts, $"{path} is {facts.Octal}: whoever starts it is root"));
        }
        return wrong;
    }
}
