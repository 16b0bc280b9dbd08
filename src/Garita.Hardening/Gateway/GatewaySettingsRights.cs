using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Gateway;

internal sealed class GatewaySettingsRights : GatewayCheck
{
    public override string Id => "garita-settings-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Only root writes Garita's settings";

    public override string Why => "Who writes them decides where mail goes, who is never banned and whose certificate is shown; the service itself must not either.";

    public override IReadOnlyList<string> References => ["CIS 7.1", "NIST SP 800-45 §5.3"];

    public override string Expected => "garita.toml and its folder belong to root, and nobody else may write them";

    public override string Mend => "chown root and chmod go-w for what was found; the group garita may read";

    public override Finding Look(View host)
    {
        var path = GaritaSettings.File(host);
        return host.Exists(path) ? FileRights.Judge([.. Wrong(host, path).Select(static wrong => wrong.What)], $"root alone may write {path}") : Finding.NotApplicable($"no settings of Garita at {path}");
    }

    public override Repair? Repair(View host) => new(
        Risk.Low,
        "Administrators who are not root have to become root to change the settings.",
        [.. Wrong(host, GaritaSettings.File(host)).Select(static wrong => new SetMode(wrong.Path, wrong.Facts.Mode & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite), "root"))]);

    private static List<(string Path, FileFacts Facts, string What)> Wrong(View host, string file)
    {
        var wrong = new List<(string, FileFacts, string)>();
        foreach (var path in new[] { file, Path.GetDirectoryName(file)! })
        {
            if (host.Stat(path) is { } facts && FileRights.WritableByOthersThanRoot(path, facts) is { } what)
                wrong.Add((path, facts, what));
        }
        return wrong;
    }
}
