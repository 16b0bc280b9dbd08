using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

/// <summary>What dpkg notes of a package: <c>want flag state</c>.</summary>
/// <param name="Package">Its name.</param>
/// <param name="Want">As in <c>install</c>, <c>hold</c>, <c>deinstall</c>.</param>
/// <param name="Flag"><c>ok</c> or <c>reinstreq</c>.</param>
/// <param name="State">As in <c>installed</c>, <c>config-files</c>, <c>half-configured</c>.</param>
internal sealed record DpkgStatus(string Package, string Want, string Flag, string State)
{
    /// <summary>All packages that dpkg knows. Throws on hosts without it.</summary>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<DpkgStatus> All(View host)
    {
        var text = host.Read("/var/lib/dpkg/status") ?? throw new CannotLookException("no package database of dpkg here");
        var all = new List<DpkgStatus>();
        var package = "";
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("Package: "))
                package = line[9..].Trim().ToString();
            else if (line.StartsWith("Status: ") && Text.Words(line[8..].ToString()) is [var want, var flag, var state])
                all.Add(new(package, want, flag, state));
        }
        return all;
    }
}
