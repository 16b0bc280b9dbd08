using System.Net;

namespace Garita.Gateway.Admission.Bans;

/// <summary>Who made a ban.</summary>
public enum BanOrigin : byte
{
    /// <summary>A rule, by what a client did.</summary>
    Rule,
    /// <summary>An administrator.</summary>
    Administrator,
}

/// <summary>A network that may not connect for a while.</summary>
/// <param name="Network">Whom it holds for.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Rule">The rule's slug; empty where an administrator made it.</param>
/// <param name="Origin">Who made it.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Step">Its place in <c>bans.steps</c>; -1 where an administrator chose the time.</param>
public sealed record Ban(IPNetwork Network, string Reason, string Rule, BanOrigin Origin, DateTimeOffset Made, DateTimeOffset Until, int Step)
{
    /// <summary>
    /// Whether the client came announced by a PROXY header: only the gateway can enforce the ban, for the kernel sees the balancer's address alone.
    /// </summary>
    public bool IsAnnounced { get; init; }
}
