using System.Globalization;

namespace Garita.Gateway.Rules;

/// <summary>What is known of a sender that might be put off.</summary>
/// <param name="Suspicion">Slugs of the rules that had something to say of client, name or sender; null where none had.</param>
/// <param name="MustWait">Whether it has not come again as mail servers do.</param>
/// <param name="After">How long it has to wait.</param>
public sealed record GreylistFacts(string? Suspicion, bool MustWait, TimeSpan After);

/// <summary>
/// A suspicious sender is put off the first time (RFC 6647): programs that send spam seldom come again. Only for suspicion, so that
/// ordinary mail is never late.
/// </summary>
public sealed class Greylist() : Rule<GreylistFacts>("greylist", RuleStage.Recipient, RuleMode.Off, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Defer, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(GreylistFacts facts) => facts is { Suspicion: { } why, MustWait: true }
        // RFC 6647 §5: 4.7.1.
        ? Verdict.Breach(451, new(4, 7, 1), "greylisted, try again later", string.Create(CultureInfo.InvariantCulture, $"for {why}; after {facts.After.TotalMinutes:0.#} min"))
        : Verdict.Pass;
}
