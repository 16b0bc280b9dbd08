using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixConfigRights : PostfixCheck
{
    private static readonly string[] Paths = ["/etc/postfix", PostfixSettings.MainFile, PostfixSettings.MasterFile];

    public override string Id => "postfix-config-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes the settings of Postfix";

    public override string Why => "master.cf says which programs run as whom: who writes it is root.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5.3", "CIS 7.1"];

    public override string Expected => "/etc/postfix, main.cf and master.cf belong to root and nobody else may write them";

    public override string Mend => "chown root and chmod go-w for what was found";

    protected override Finding Look(View host, PostfixSettings postfix) => FileRights.Judge([.. Wrong(host).Select(static wrong => wrong.What)], "root alone may write");

    protected override Repair? Repair(View host, PostfixSettings postfix) => new(
        Risk.Low,
        "Administrators who are not root have to become root to change the settings.",
        [.. Wrong(host).Select(static wrong => new SetMode(wrong.Path, wrong.Facts.Mode & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite), "root"))]);

    private static List<(string Path, FileFacts Facts, string What)> Wrong(View host)
    {
        var wrong = new List<(string, FileFacts, string)>();
        foreach (var path in Paths)
        {
            var facts = host.Stat(path) ?? throw new CannotLookException(path + " is missing");
            if (FileRights.WritableByOthersThanRoot(path, facts) is { } what)
                wrong.Add((path, facts, what));
        }
        return wrong;
    }
}
