using Garita.Hardening.Host;
using Garita.Hardening.Repairs;
using System.Globalization;

namespace Garita.Hardening.Accounts;

internal sealed class SudoTimeout : Check
{
    public override string Id => "sudo-timeout";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "sudo asks again after a while";

    public override string Why => "A terminal that was left open is root for whoever comes by.";

    public override IReadOnlyList<string> References => ["CIS 5.2.6", "SSG sudo_require_reauthentication"];

    public override string Expected => "timestamp_timeout 0 to 15 minutes, for everybody";

    public override string Mend => "Defaults timestamp_timeout=15";

    public override Finding Look(View host)
    {
        if (Sudoers.Read(host.Read, host.List) is not { } sudoers)
            return host.List("/etc") is null ? throw new CannotLookException("there is no /etc to look into") : Finding.NotApplicable("no sudo here");
        var found = sudoers.Defaults.Where(static option => option.Name is "timestamp_timeout" or "!timestamp_timeout").ToArray();
        // The last one counts for all; one for somebody counts for him.
        var effective = found.Where(static option => option.Scope.Length > 0).Append(found.LastOrDefault(static option => option.Scope.Length == 0)).OfType<SudoDefault>().ToArray();
        var bad = effective.Where(static option => option.Name[0] is not '!' && !(double.TryParse(option.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0 and <= 15)).Select(static option => $"{option.Value}{(option.Scope.Length > 0 ? $" for {option.Scope}" : "")} in {option.File}").ToArray();
        return bad.Length > 0 ? Finding.Fail($"timestamp_timeout {string.Join(", ", bad)}") : Finding.Pass(effective.Length > 0 ? $"{effective[^1].Value} min" : "15 min, as built in");
    }

    /// <summary>A drop-in that is read last, where it would win.</summary>
    public override Repair? Repair(View host)
    {
        const string Own = "/etc/sudoers.d/zz-garita-timeout";
        const string Line = "Defaults timestamp_timeout=15\n";
        var sudoers = Sudoers.Read(path => string.Equals(path, Own, StringComparison.Ordinal) ? Line : host.Read(path), folder => folder is "/etc/sudoers.d" ? [.. (host.List(folder) ?? []).Append("zz-garita-timeout").Distinct(StringComparer.Ordinal)] : host.List(folder));
        var options = sudoers?.Defaults.Where(static option => option.Name is "timestamp_timeout").ToArray() ?? [];
        return options.Length > 0 && string.Equals(options[^1].File, Own, StringComparison.Ordinal) && options.All(static option => option.Scope.Length == 0)
            ? new(Risk.Low, "sudo asks for the password again after 15 minutes.", new PutFile(Own, $"# {Title}.\n{Line}", UnixFileMode.UserRead | UnixFileMode.GroupRead), new RunTool("visudo", "-c")) { Touches = Touches.Pam }
            : null;
    }
}
