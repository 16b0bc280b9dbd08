using System.Text;
using System.Text.RegularExpressions;

namespace Garita.Hardening.Repairs;

/// <summary>
/// Repairs in the order in which they are done: those that bring packages first, since others may need their files, then by risk; those that can
/// lock administrators out last, since they wait to be confirmed. Of two that want different things of the same file, unit or package the later one
/// is left out: together they would never come to rest.
/// </summary>
public sealed class Plan
{
    private readonly List<PlannedRepair> _repairs = [];
    private readonly List<LeftOut> _leftOut = [];

    /// <summary>Orders repairs and finds those that do not go together.</summary>
    /// <param name="repairs">The repairs, in the order of their checks.</param>
    public Plan(IEnumerable<PlannedRepair> repairs)
    {
        var ordered = repairs.OrderBy(static repair => repair.IsTimed)
            .ThenBy(static repair => !repair.Repair.Changes.Any(static change => change is InstallPackages))
            .ThenBy(static repair => repair.Repair.Risk);
        foreach (var repair in ordered)
        {
            var conflict = _repairs.Select(other => (other.Id, What: Conflict(other, repair))).FirstOrDefault(static found => found.What is not null);
            if (conflict.What is null)
                _repairs.Add(repair);
            else
                _leftOut.Add(new LeftOut(repair.Id, $"does not go together with {conflict.Id} ({conflict.What}): choose one of them with --only"));
        }
    }

    /// <summary>The repairs, in order.</summary>
    public IReadOnlyList<PlannedRepair> Repairs => _repairs;

    /// <summary>Repairs that do not go together with one of these.</summary>
    public IReadOnlyList<LeftOut> LeftOut => _leftOut;

    private static string? Conflict(PlannedRepair first, PlannedRepair second)
    {
        foreach (var one in first.Repair.Changes)
        {
            foreach (var two in second.Repair.Changes)
            {
                if (Conflict(one, two) is { } what)
                    return what;
            }
        }

        return null;
    }

    private static string? Conflict(Change one, Change two) => (one, two) switch
    {
        (PutFile a, PutFile b) when Same(a.Path, b.Path) => a == b ? null : a.Path,
        (PutFile a, SetLine b) when Same(a.Path, b.Path) => Unmoved(a.Content, b) ? null : a.Path,
        (SetLine a, PutFile b) when Same(a.Path, b.Path) => Unmoved(b.Content, a) ? null : a.Path,
        (SetLine a, SetLine b) when Same(a.Path, b.Path) && !Same(a.Line, b.Line) => Matches(a, b.Line) || Matches(b, a.Line) ? $"{a.Path}: {b.Line}" : null,
        (PutFile a, SetMode b) when Same(a.Path, b.Path) => a.Mode == b.Mode ? null : a.Path,
        (SetMode a, PutFile b) when Same(a.Path, b.Path) => a.Mode == b.Mode ? null : a.Path,
        (SetMode a, SetMode b) when Same(a.Path, b.Path) => a.Mode == b.Mode && Agree(a.User, b.User) && Agree(a.Group, b.Group) ? null : a.Path,
        (SetUnit a, SetUnit b) when Same(a.Unit, b.Unit) => (a.Wish, b.Wish) is (UnitWish.Enable, UnitWish.Disable or UnitWish.Mask) or (UnitWish.Disable or UnitWish.Mask, UnitWish.Enable) ? a.Unit : null,
        (InstallPackages a, RemovePackages b) => a.Names.Intersect(b.Names, StringComparer.Ordinal).FirstOrDefault(),
        (RemovePackages a, InstallPackages b) => a.Names.Intersect(b.Names, StringComparer.Ordinal).FirstOrDefault(),
        _ => null,
    };

    private static bool Same(string one, string two) => string.Equals(one, two, StringComparison.Ordinal);

    private static bool Agree(string? one, string? two) => one is null || two is null || Same(one, two);

    private static bool Matches(SetLine change, string line) => Regex.IsMatch(line, change.Pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static bool Unmoved(string content, SetLine line)
    {
        var before = Encoding.UTF8.GetBytes(content);
        return LineEdit.Apply(before, line).AsSpan().SequenceEqual(before);
    }
}
