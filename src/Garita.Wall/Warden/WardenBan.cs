using System.Net;
using System.Runtime.InteropServices;

namespace Garita.Wall.Warden;

/// <summary>A network that is to be kept out.</summary>
/// <param name="Network">Whom it holds for.</param>
/// <param name="Left">How long from now. Not a date: a clock that jumps ends no ban and prolongs none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WardenBan(IPNetwork Network, TimeSpan Left);
