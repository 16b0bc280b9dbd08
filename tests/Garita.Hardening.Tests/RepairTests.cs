using Garita.Hardening.Host;
using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests;

/// <summary>A repair that files alone can show must make the check pass, and doing it twice must be doing it once.</summary>
public sealed class RepairTests
{
    public static TheoryData<string> Mendable => [.. CheckCases.All.Where(static known => RepairOfBad(known) is { } repair && repair.Changes.All(AppliedChanges.Can)).Select(static known => known.Check.Id)];

    [Theory]
    [MemberData(nameof(Mendable))]
    public void Passes_after_its_repair(string id)
    {
        var known = CheckCases.Of(id);
        var root = Bad(known);
        foreach (var change in RepairOfBad(known)!.Changes)
            AppliedChanges.Apply(root, change);
        var finding = known.Check.Look(Seen(root, known));
        Assert.True(finding.Outcome is Outcome.Pass, finding.ToString());
    }

    [Theory]
    [MemberData(nameof(Mendable))]
    public void Twice_is_once(string id)
    {
        var known = CheckCases.Of(id);
        var root = Bad(known);
        foreach (var change in RepairOfBad(known)!.Changes)
            AppliedChanges.Apply(root, change);
        var once = root.Files.ToArray();
        foreach (var change in RepairOfBad(known)!.Changes)
            AppliedChanges.Apply(root, change);
        Assert.Equal(once, root.Files.ToArray());
    }

    /// <summary>The theories above must not become empty unnoticed.</summary>
    [Fact]
    public void Most_repairs_are_proven_here() => Assert.True(Mendable.Count >= 30, string.Join(", ", Mendable));

    [Fact]
    public void Each_repair_says_what_may_break() => Assert.All(
        CheckCases.All.Select(RepairOfBad).OfType<Repair>(),
        static repair =>
        {
            Assert.NotEmpty(repair.WhatMayBreak);
            Assert.NotEmpty(repair.Changes);
        });

    /// <summary>What can lock administrators out goes back by itself, so it has to be declared.</summary>
    [Fact]
    public void Each_repair_of_sudo_PAM_or_SSH_says_that_it_touches_them() => Assert.All(
        CheckCases.All,
        static known =>
        {
            var repair = RepairOfBad(known);
            foreach (var path in repair?.Changes.SelectMany(AppliedChanges.Paths) ?? [])
            {
                if (path.StartsWith("/etc/sudoers", StringComparison.Ordinal) || path.StartsWith("/etc/pam.d", StringComparison.Ordinal))
                    Assert.True(repair!.Touches.HasFlag(Touches.Pam), $"{known.Check.Id}: {path}");
                if (path.StartsWith("/etc/ssh/", StringComparison.Ordinal))
                    Assert.True(repair!.Touches.HasFlag(Touches.Ssh), $"{known.Check.Id}: {path}");
                if (path.StartsWith("/etc/nftables", StringComparison.Ordinal))
                    Assert.True(repair!.Touches.HasFlag(Touches.Firewall), $"{known.Check.Id}: {path}");
            }
        });

    private static PreparedRoot Bad(CheckCase known)
    {
        var root = new PreparedRoot();
        known.Bad(root);
        return root;
    }

    private static Repair? RepairOfBad(CheckCase known) => known.Check.Repair(Seen(Bad(known), known));

    private static View Seen(PreparedRoot root, CheckCase known) => CheckCases.Seen(root, known.Check.Roles);
}
