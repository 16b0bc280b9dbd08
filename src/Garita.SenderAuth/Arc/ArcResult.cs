namespace Garita.SenderAuth.Arc;

/// <summary>The state of a chain (RFC 8617 §4.4, §5.2).</summary>
public enum ArcStatus : byte
{
    /// <summary>There is no chain.</summary>
    None,
    /// <summary>The chain is whole, and its newest set is of this message.</summary>
    Pass,
    /// <summary>Anything else.</summary>
    Fail,
}

/// <summary>Names of the states.</summary>
public static class ArcStatusNames
{
    /// <summary>The name as fields write it (RFC 8617 §4.4).</summary>
    /// <param name="status">The state.</param>
    public static string Name(this ArcStatus status) => status switch
    {
        ArcStatus.Pass => "pass",
        ArcStatus.Fail => "fail",
        _ => "none",
    };
}

/// <summary>One set of a whole chain: what one hop says.</summary>
/// <param name="Instance">Its number, from 1 for the first hop.</param>
/// <param name="Sealer">The domain that sealed it, A-labels in lower case.</param>
/// <param name="Signer">The domain that signed the message there, A-labels in lower case; empty where an older set's cannot be read.</param>
/// <param name="AuthenticationResults">
/// What that hop found, as RFC 8601 writes it, beginning with its authserv-id; printable ASCII without line ends, at most 4,096 characters.
/// To be believed as far as the sealer is.
/// </param>
public sealed record ArcSet(int Instance, string Sealer, string Signer, string AuthenticationResults);

/// <summary>What came of validating a chain (RFC 8617 §5.2).</summary>
/// <param name="Status">The state.</param>
/// <param name="Sets">The sets from the first hop on; empty unless the chain passes.</param>
/// <param name="Reason">Why it does not pass, in our own words; else null.</param>
/// <param name="IsTransient">Whether it failed only because DNS did not answer.</param>
public sealed record ArcResult(ArcStatus Status, IReadOnlyList<ArcSet> Sets, string? Reason = null, bool IsTransient = false)
{
    /// <summary>No chain.</summary>
    public static ArcResult None { get; } = new(ArcStatus.None, []);
}
