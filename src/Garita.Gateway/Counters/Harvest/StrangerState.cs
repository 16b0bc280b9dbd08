namespace Garita.Gateway.Counters.Harvest;

/// <summary>What a stranger was told today (UTC), for <c>garita status</c>.</summary>
/// <param name="Stranger">A network (/24, /48), or a sender domain that passed SPF; of neither was mail accepted in 90 days.</param>
/// <param name="ToldKnown">Existing addresses it was told of, at most.</param>
/// <param name="ToldUnknown">Addresses of which it was told that they do not exist, at most.</param>
public sealed record StrangerState(string Stranger, int ToldKnown, int ToldUnknown)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Stranger} was told today of {ToldKnown} addresses at most that they exist, of {ToldUnknown} that they do not");
}
