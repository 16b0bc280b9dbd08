using System.Runtime.InteropServices;

namespace Garita.Warden.Bans;

/// <summary>What becomes of an element of the kernel's sets.</summary>
/// <param name="Element">The element.</param>
/// <param name="Deadline">When it ends, by the clock's time stamp; 0 when it ends now.</param>
/// <param name="IsNew">Whether the kernel certainly does not have it yet.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ElementChange(Prefix Element, long Deadline, bool IsNew = false);
