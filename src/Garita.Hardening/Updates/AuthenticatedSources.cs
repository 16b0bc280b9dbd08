using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Updates;

internal sealed class AuthenticatedSources : Check
{
    public override string Id => "authenticated-sources";

    public override Measure Measure => Measure.Updates;

    public override string Title => "No source of packages is taken without its signature";

    public override string Why => "Whoever is on the way, or takes over a mirror, would install programs as root.";

    public override IReadOnlyList<string> References => ["CIS 1.2.1.1", "Lynis PKGS-7390", "NIST SP 800-45 §5.1"];

    public override string Expected => "no trusted=yes or allow-insecure=yes in sources, no AllowUnauthenticated or AllowInsecureRepositories in apt.conf";

    public override string Mend => "remove the option named, add Signed-By with the maker's key";

    private static readonly string[] Options = ["trusted", "allow-insecure", "allow-weak", "allow-downgrade-to-insecure"];

    private static readonly string[] Keys =
    [
        "APT::Get::AllowUnauthenticated", "Acquire::AllowInsecureRepositories", "Acquire::AllowWeakRepositories", "Acquire::AllowDowngradeToInsecureRepositories",
    ];

    public override Finding Look(View host)
    {
        if (!host.Exists("/etc/apt"))
            throw new CannotLookException("no apt here");
        string[] faults = [.. OfSources(host), .. OfSettings(host)];
        return faults.Length == 0 ? Finding.Pass("signatures are asked for everywhere") : Finding.Fail(string.Join("; ", faults));
    }

    public override Repair? Repair(View host)
    {
        // A source without a signature is a person's to replace.
        if (OfSources(host).Any())
            return null;
        string[] wrong = [.. OfSettings(host)];
        return wrong.Length == 0 ? null : new Repair(
            Risk.Medium,
            "Packages from a source without signatures can no longer be installed.",
            new PutFile("/etc/apt/apt.conf.d/zz-garita-authenticated", string.Concat(Keys.Concat(wrong.Select(static fault => fault.Split(' ')[0]).Except(Keys, StringComparer.OrdinalIgnoreCase)).Select(static key => $"{key} \"{(IsOfTls(key) ? "true" : "false")}\";\n"))));
    }

    private static IEnumerable<string> OfSources(View host) =>
        from source in AptSource.All(host) from option in Options where source.Options.TryGetValue(option, out var value) && AptSettings.IsYes(value) select $"{source.File}: {option}={source.Options[option]} for {source.Uri}";

    private static IEnumerable<string> OfSettings(View host)
    {
        foreach (var (key, value) in AptSettings.Read(host).Values)
        {
            if (Keys.Contains(key, StringComparer.OrdinalIgnoreCase) ? AptSettings.IsYes(value) : IsOfTls(key) && !AptSettings.IsYes(value))
                yield return $"{key} \"{value}\"";
        }
    }

    private static bool IsOfTls(string key) => key.StartsWith("Acquire::https::", StringComparison.OrdinalIgnoreCase) && (key.EndsWith("::Verify-Peer", StringComparison.OrdinalIgnoreCase) || key.EndsWith("::Verify-Host", StringComparison.OrdinalIgnoreCase));
}
