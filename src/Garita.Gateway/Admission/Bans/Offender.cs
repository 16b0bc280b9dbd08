using System.Net;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Admission.Bans;

/// <summary>Who did what rules ban for.</summary>
/// <param name="Client">The client.</param>
/// <param name="IsAnnounced">Whether a PROXY header announced it: its connections come from the balancer's address.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Offender(IPAddress Client, bool IsAnnounced);
