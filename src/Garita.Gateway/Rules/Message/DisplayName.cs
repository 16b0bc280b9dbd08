namespace Garita.Gateway.Rules;

/// <summary>
/// The From field shows the name of somebody here, or an address of ours, beside an address from outside: most readers see the name alone.
/// Whose names these are is listed by tenant.
/// </summary>
public sealed class DisplayName() : Rule<AuthorFacts>("display-name", RuleStage.Message, RuleMode.Tag, AllowedModes.OfMessage, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(AuthorFacts facts) => facts.Impersonation switch
    {
        { Person: { } person } => Breach($"the name of {person}"),
        { HasOwnAddress: true } => Breach("an address of ours as the name"),
        _ => Verdict.Pass,
    };

    private static Verdict Breach(string detail) => Verdict.Breach(550, new(5, 7, 1), "the author name is one of ours, the address is not", detail);
}
