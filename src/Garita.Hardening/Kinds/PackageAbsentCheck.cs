using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Kinds;

/// <summary>Software that a mail server does not need is not installed, or, where another package wants it, cannot be started.</summary>
internal abstract class PackageAbsentCheck : Check
{
    public override Measure Measure => Measure.Software;

    public override string Expected => $"none of: {string.Join(", ", Packages)}{(Units.Count > 0 ? $"; or masked: {string.Join(", ", Units)}" : "")}";

    public override string Mend => $"apt-get remove what was found{(Units.Count > 0 ? "; where another package needs it, systemctl mask its units" : "")}";

    /// <summary>The packages; a star at the end stands for any ending.</summary>
    protected abstract IReadOnlyList<string> Packages { get; }

    /// <summary>What starts them: with all of these masked the package may stay.</summary>
    protected virtual IReadOnlyList<string> Units => [];

    /// <summary>What may stop when they are gone.</summary>
    protected abstract string WhatMayBreak { get; }

    public override Finding Look(View host)
    {
        var found = Installed(host);
        if (found.Count == 0)
            return Finding.Pass("none is installed");
        var states = Units.Select(unit => (Unit: unit, State: host.Unit(unit))).Where(static known => known.State != UnitState.Absent).ToArray();
        if (states.Length > 0 && states.All(static known => known.State == UnitState.Masked))
            return Finding.Pass($"{string.Join(", ", found)} installed, but masked: {string.Join(", ", states.Select(static known => known.Unit))}");
        var open = states.Where(static known => known.State == UnitState.Enabled).Select(static known => known.Unit).ToArray();
        return Finding.Fail($"installed: {string.Join(", ", found)}{(open.Length > 0 ? $"; started at boot: {string.Join(", ", open)}" : "")}");
    }

    public override Repair? Repair(View host) =>
        Installed(host) is { Count: > 0 } found
            ? new(Risk.Medium, $"{WhatMayBreak} What depends on a removed package goes with it: look at `apt-get -s remove {string.Join(' ', found)}` first.", new RemovePackages(found))
            : null;

    private List<string> Installed(View host) => [.. host.Packages.Keys.Where(Matches).Order(StringComparer.Ordinal)];

    private bool Matches(string name) => Packages.Any(wanted => wanted.EndsWith('*') ? name.StartsWith(wanted[..^1], StringComparison.Ordinal) : string.Equals(name, wanted, StringComparison.Ordinal));
}
