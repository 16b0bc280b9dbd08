namespace Garita.Gateway.Counters.Harvest;

/// <summary>What strangers were told of a domain, for <c>garita status</c>.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="ToldKnown">Existing addresses that networks and sender domains without accepted mail in 90 days were told of today (UTC), at most.</param>
/// <param name="ToldUnknown">Answers to them today that an address does not exist.</param>
/// <param name="AnswersSpent">Answers that retries got within 24 h while the domain was put off.</param>
/// <param name="AnswersPerDay">How many they may get.</param>
/// <param name="PutOffSince">Since when senders that are not trusted are put off uniformly; null: they are not.</param>
public sealed record DisclosureState(string Domain, int ToldKnown, int ToldUnknown, int AnswersSpent, int AnswersPerDay, DateTimeOffset? PutOffSince)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"at most {ToldKnown} of your addresses at {Domain} were told to strangers today, {AnswersSpent} of {AnswersPerDay} answers to retries spent");
}
