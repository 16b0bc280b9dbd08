using System.Net;

namespace Garita.Wall.Rulesets;

/// <summary>A service that is let through beside mail: in, from a network, or out, to one.</summary>
/// <param name="IsUdp">UDP; otherwise TCP.</param>
/// <param name="Port">The port of the service.</param>
/// <param name="Networks">Who may come or where one may go; empty: everybody, everywhere.</param>
/// <param name="Purpose">What it is for; a comment in the ruleset.</param>
public sealed record Passage(bool IsUdp, int Port, IReadOnlyList<IPNetwork> Networks, string Purpose);
