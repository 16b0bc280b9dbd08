using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

internal sealed class SupportedRelease : Check
{
    public override string Id => "supported-release";

    public override Measure Measure => Measure.Updates;

    public override string Title => "The release still gets security updates";

    public override string Why => "After its end no hole is closed any more, and apt says that all is up to date.";

    public override IReadOnlyList<string> References => ["Lynis GEN-0010", "NIST SP 800-45 §5.1"];

    public override string Expected => "today is before the end of support (with LTS), by 90 days or more";

    public override string Mend => "upgrade to the next release";

    private static readonly (string Id, string Version, string End)[] Known =
    [
        ("debian", "10", "2024-06-30"), ("debian", "11", "2026-08-31"), ("debian", "12", "2028-06-30"), ("debian", "13", "2030-06-30"),
        ("ubuntu", "20.04", "2025-05-31"), ("ubuntu", "22.04", "2027-06-01"), ("ubuntu", "24.04", "2029-05-31"), ("ubuntu", "26.04", "2031-05-29"),
        ("rhel", "8", "2029-05-31"), ("rhel", "9", "2032-05-31"), ("rhel", "10", "2035-05-31"), ("almalinux", "8", "2029-03-01"), ("almalinux", "9", "2032-05-31"), ("almalinux", "10", "2035-05-31"),
        ("rocky", "8", "2029-05-31"), ("rocky", "9", "2032-05-31"), ("rocky", "10", "2035-05-31"),
    ];

    public override Finding Look(View host)
    {
        var release = OsRelease.Of(host);
        if (release.Id is "debian" && release.Version.Length == 0)
            return Finding.Fail("Debian testing or unstable: no security updates of its own");
        var end = Written(host, release) ?? Known.Where(known => string.Equals(known.Id, release.Id, StringComparison.Ordinal) && IsOf(release.Version, known.Version)).Select(static known => Day(known.End)).FirstOrDefault()
            ?? throw new CannotLookException($"when {release.Id} {release.Version} ends is not known here");
        var left = end - host.Now;
        var words = $"{release.Id} {release.Version} ends on {end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        return left < TimeSpan.Zero ? Finding.Fail(words) : left < TimeSpan.FromDays(90) ? Finding.Warning(words) : Finding.Pass(words);
    }

    /// <summary>distro-info-data knows it best: version,codename,series,created,release,eol,eol-lts|eol-server …</summary>
    private static DateTimeOffset? Written(View host, OsRelease release)
    {
        if (release.Id is not "debian" and not "ubuntu" || host.Lines($"/usr/share/distro-info/{release.Id}.csv") is not { Count: > 1 } rows)
            return null;
        var names = rows[0].Split(',');
        var last = Array.IndexOf(names, release.Id is "debian" ? "eol-lts" : "eol");
        var row = rows.Skip(1).Select(static line => line.Split(',')).FirstOrDefault(row => IsOf(row[0].Split(' ')[0], release.Version));
        return row is null || last < 0 ? null : row.Length > last ? Day(row[last]) : Day(row[^1]);
    }

    private static bool IsOf(string version, string known) => string.Equals(version, known, StringComparison.Ordinal) || version.StartsWith(known + '.', StringComparison.Ordinal);

    private static DateTimeOffset? Day(string text) => DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day.AddDays(1) : null;
}
