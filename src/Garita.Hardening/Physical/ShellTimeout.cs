using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Physical;

internal sealed class ShellTimeout : Check
{
    public override string Id => "shell-timeout";

    public override Measure Measure => Measure.Physical;

    public override string Title => "A shell that nobody uses ends after a quarter of an hour";

    public override string Why => "An administrator's open shell is as good as their password to whoever comes by.";

    public override IReadOnlyList<string> References => ["CIS 5.4.3.2", "NIST SP 800-45 §5"];

    public override string Expected => "TMOUT is readonly and 1 to 900, and set nowhere else to something else";

    public override string Mend => "write \"readonly TMOUT=900; export TMOUT\" into /etc/profile.d/garita-timeout.sh and remove other settings of TMOUT";

    private const string DropIn = "/etc/profile.d/garita-timeout.sh";

    public override Finding Look(View host)
    {
        var (values, isReadOnly) = Settings(host);
        if (values.Count == 0)
            return Finding.Fail("TMOUT is set neither in /etc/profile nor in /etc/profile.d");
        if (values.Find(static setting => setting.Seconds is < 1 or > 900) is { Path: { } path } wrong)
            return Finding.Fail($"{path} sets TMOUT to {wrong.Seconds.ToString(CultureInfo.InvariantCulture)}");
        return isReadOnly ? Finding.Pass($"TMOUT is readonly, {values[^1].Seconds.ToString(CultureInfo.InvariantCulture)} s") : Finding.Fail("TMOUT is set, but everybody may change it: it is not readonly");
    }

    public override Repair? Repair(View host) => Settings(host).Values.Exists(static setting => !string.Equals(setting.Path, DropIn, StringComparison.Ordinal)) ? null : new(
        Risk.Low,
        "Shells in which something is watched for long without a key pressed end; programs that run in them do not.",
        new PutFile(DropIn, "# A shell that nobody uses ends.\nTMOUT=900\nreadonly TMOUT\nexport TMOUT\n"));

    private static (List<(string Path, long Seconds)> Values, bool IsReadOnly) Settings(View host)
    {
        var values = new List<(string, long)>();
        var isReadOnly = false;
        var scripts = (host.List("/etc/profile.d") ?? []).Where(static name => name.EndsWith(".sh", StringComparison.Ordinal)).Select(static name => "/etc/profile.d/" + name);
        foreach (var path in (string[])["/etc/bash.bashrc", "/etc/profile", .. scripts])
        {
            foreach (var command in (host.Lines(path) ?? []).SelectMany(static line => line.Split(';', '&')))
            {
                var words = Text.Words(command);
                // "readonly", "declare -xr", "typeset -r" before the name.
                isReadOnly |= words.Length > 1 && (words[0] is "readonly" || (words[0] is "declare" or "typeset" && words[1].StartsWith('-') && words[1].Contains('r', StringComparison.Ordinal)))
                    && words.Any(static word => word is "TMOUT" || word.StartsWith("TMOUT=", StringComparison.Ordinal));
                foreach (var word in words.Where(static word => word.StartsWith("TMOUT=", StringComparison.Ordinal)))
                    values.Add((path, long.TryParse(word["TMOUT=".Length..].Trim('"', '\''), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : -1));
            }
        }
        return (values, isReadOnly);
    }
}
