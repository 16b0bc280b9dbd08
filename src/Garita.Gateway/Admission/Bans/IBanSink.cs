using System.Net;

namespace Garita.Gateway.Admission.Bans;

/// <summary>
/// Whoever enforces bans before the gateway does, such as a packet filter. Called in the order in which bans come and go, one call at a time,
/// never on the accept thread; the gateway enforces at accept whatever becomes of it. A client that a PROXY header announced is seen by the
/// gateway alone: whoever looks at addresses of packets leaves bans with <see cref="Ban.IsAnnounced"/> out, for he sees only the balancer,
/// which is never banned; whoever passes bans on to other gateways takes them too.
/// </summary>
public interface IBanSink
{
    /// <summary>A ban was made, or takes the place of the one of the same network.</summary>
    /// <param name="ban">The ban.</param>
    ValueTask BanAsync(Ban ban);

    /// <summary>A ban has ended or was removed.</summary>
    /// <param name="network">Its network.</param>
    ValueTask UnbanAsync(IPNetwork network);

    /// <summary>All bans there are, in place of all that was said before: at the start, and when all were removed.</summary>
    /// <param name="bans">All bans that have not ended.</param>
    ValueTask SnapshotAsync(IReadOnlyList<Ban> bans);
}

/// <summary>Nobody else enforces: the gateway alone does.</summary>
public sealed class NoBanSink : IBanSink
{
    /// <summary>The only one.</summary>
    public static NoBanSink Instance { get; } = new();

    private NoBanSink()
    {
    }

    /// <inheritdoc/>
    public ValueTask BanAsync(Ban ban) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask UnbanAsync(IPNetwork network) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask SnapshotAsync(IReadOnlyList<Ban> bans) => ValueTask.CompletedTask;
}
