using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Tests;

/// <summary>Has a check look at a prepared host.</summary>
internal static class Looking
{
    public static Finding Look(this PreparedRoot root, Check check, Roles roles = Roles.Any) => check.Look(View(root, roles));

    public static Repair? Repair(this PreparedRoot root, Check check, Roles roles = Roles.Any) => check.Repair(View(root, roles));

    private static View View(PreparedRoot root, Roles roles) => new(root, new HostFacts(root, roles));
}
