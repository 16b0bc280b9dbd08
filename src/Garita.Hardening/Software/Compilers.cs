using Garita.Hardening.Host;
using Garita.Hardening.Repairs;
using System.Text.RegularExpressions;

namespace Garita.Hardening.Software;

internal sealed partial class Compilers : Check
{
    public override string Id => "no-compilers";

    public override Measure Measure => Measure.Software;

    public override string Title => "No compilers are installed";

    public override string Why => "Whoever gets in as the user of a mail daemon builds exploits for exactly this kernel, on this host.";

    public override IReadOnlyList<string> References => ["Lynis HRDN-7220", "Lynis HRDN-7222", "NIST SP 800-45 §5.1"];

    public override string Expected => "no gcc, g++, clang, tcc, go, rustc and the like";

    public override string Mend => "apt-get remove them, and what needs them (build-essential, dkms)";

    public override Finding Look(View host)
    {
        var found = Installed(host);
        return found.Length == 0 ? Finding.Pass("none is installed") : Finding.Fail($"installed: {string.Join(", ", found)}");
    }

    public override Repair? Repair(View host) =>
        Installed(host) is { Length: > 0 } found
            ? new(Risk.Medium, "Kernel modules that are built on this host (dkms) and programs that users compile here. Look at `apt-get -s remove` of the packages first.", new RemovePackages(found))
            : null;

    /// <summary>Not what others need to run: gcc-12-base, libgcc-s1, cpp.</summary>
    private static string[] Installed(View host) => [.. host.Packages.Keys.Where(static name => Compiler().IsMatch(name)).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^(gcc|g\+\+|gfortran|gnat|gdc|gccgo|clang|golang|tcc|rustc|nasm|yasm|ghc|fpc|ldc|build-essential)(-[0-9.]+)?(-go)?(-x86-64-linux-gnu)?$|^golang-[0-9.]+(-go)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Compiler();
}
