using System.Runtime.InteropServices;

namespace Garita.Warden.Flood;

/// <summary>What the kernel counts of handshakes. The totals only grow.</summary>
/// <param name="HalfOpen">Handshakes that are not complete now.</param>
/// <param name="Strained">Cookies sent and connections dropped by full queues, since the start of the machine.</param>
/// <param name="Unanswered">SYNs that the flood mode answered and that brought no valid cookie, since then.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FloodReading(int HalfOpen, long Strained, long Unanswered);
