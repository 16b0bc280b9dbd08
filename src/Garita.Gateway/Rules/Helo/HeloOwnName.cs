namespace Garita.Gateway.Rules;

/// <summary>
/// The client calls itself by our own name or address: an old trick to look like an inside host.
/// </summary>
public sealed class HeloOwnName() : Rule<HeloFacts>("helo-own-name", RuleStage.Helo, RuleMode.Tag, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(HeloFacts facts) =>
        facts.OwnNames.Contains(facts.Name.Text)
            ? Verdict.Breach(550, new(5, 7, 1), "the HELO name is ours", facts.Name.Text)
            : Verdict.Pass;
}
