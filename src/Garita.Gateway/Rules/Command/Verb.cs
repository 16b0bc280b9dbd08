namespace Garita.Gateway.Rules;

/// <summary>
/// A verb that is not spoken here: vendor verbs (XEXCH50, X-LINK2STATE), VRFY and EXPN (harvesting), ETRN and TURN, and unknown ones.
/// None of them ever reaches the mail server.
/// </summary>
public sealed class Verb() : Rule<CommandFacts>("verb", RuleStage.Command, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) =>
        facts.Fault == CommandFault.Verb
            ? Verdict.Breach(502, new(5, 5, 1), "command not implemented", facts.Verb.ToString())
            : Verdict.Pass;
}
