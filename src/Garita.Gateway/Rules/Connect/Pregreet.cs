namespace Garita.Gateway.Rules;

/// <summary>
/// The client talks before our greeting is complete (RFC 5321 §3.1: it waits for it). Spam engines and worms do, mail servers do not.
/// </summary>
public sealed class Pregreet() : Rule<ConnectFacts>("pregreet", RuleStage.Connect, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(ConnectFacts facts) =>
        facts.TalkedBeforeGreeting
            ? Verdict.Breach(554, new(5, 5, 1), "the greeting was not waited for") with { Close = true }
            : Verdict.Pass;
}
