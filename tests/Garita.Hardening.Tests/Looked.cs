using Garita.Hardening.Host;
using Garita.Testing;

namespace Garita.Hardening.Tests;

/// <summary>A check's finding for a prepared root, as the audit takes it: what it could not look at is unknown.</summary>
internal static class Looked
{
    public static Finding At(Check check, PreparedRoot root, IReadOnlyList<string>? gateways = null)
    {
        try
        {
            return check.Look(View(check, root, gateways));
        }
        catch (CannotLookException cannot)
        {
            return Finding.Unknown(cannot.Message);
        }
    }

    public static View View(Check check, PreparedRoot root, IReadOnlyList<string>? gateways = null) => new(root, new HostFacts(root, check.Roles) { Gateways = gateways, Time = new ManualTime() });
}
