using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

internal sealed class RunningKernel : Check
{
    public override string Id => "running-kernel";

    public override Measure Measure => Measure.Updates;

    public override string Title => "The kernel that runs is the newest that is installed";

    public override string Why => "An update of the kernel closes nothing until the host is restarted.";

    public override IReadOnlyList<string> References => ["Lynis KRNL-5830", "CIS 1.2.2.1", "NIST SP 800-45 §5.1"];

    public override string Expected => "the running kernel's release and version are those of the newest linux-image package";

    public override string Mend => "restart the host (mail waits at its senders meanwhile)";

    public override Finding Look(View host)
    {
        if (!host.IsLive)
            throw new CannotLookException("which kernel runs is seen on the running system only");
        var running = host.Read("/proc/sys/kernel/osrelease")?.Trim() ?? throw new CannotLookException("/proc/sys/kernel/osrelease is missing");
        var images = host.Packages.Where(static package => package.Key.StartsWith("linux-image-", StringComparison.Ordinal) && package.Key.Length > 12 && char.IsAsciiDigit(package.Key[12]) && !package.Key.EndsWith("-dbg", StringComparison.Ordinal))
            .Select(static package => (Release: package.Key[12..].Replace("-unsigned", "", StringComparison.Ordinal), Version: package.Value)).ToArray();
        if (images.Length == 0)
            return Finding.NotApplicable("no kernel is installed here: a container, or a kernel from outside");
        var sameKind = images.Where(image => string.Equals(Kind(image.Release), Kind(running), StringComparison.Ordinal)).ToArray();
        var newest = (sameKind.Length > 0 ? sameKind : images).MaxBy(static image => image.Version, DebianVersion.Order);
        if (!string.Equals(newest.Release, running, StringComparison.Ordinal))
            return Finding.Fail($"{running} runs, {newest.Release} ({newest.Version}) is installed");
        // Debian keeps a release's name over several updates: the banner has the package's version.
        var banner = host.Read("/proc/version") ?? "";
        return banner.Contains("Debian ", StringComparison.Ordinal) && !Text.Words(banner).Contains(newest.Version, StringComparer.Ordinal)
            ? Finding.Fail($"{running} runs in an older build than {newest.Version}, which is installed")
            : Finding.Pass($"{running} ({newest.Version})");
    }

    /// <summary>What follows the numbers: 6.1.0-40-cloud-amd64 is of the kind cloud-amd64.</summary>
    private static string Kind(string release)
    {
        var parts = release.Split('-');
        return string.Join('-', parts.SkipWhile(static part => part.Length > 0 && char.IsAsciiDigit(part[0])));
    }
}
