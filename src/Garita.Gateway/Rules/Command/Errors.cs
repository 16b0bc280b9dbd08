namespace Garita.Gateway.Rules;

/// <summary>
/// Too many errors in one session: whoever only probes is let go.
/// </summary>
public sealed class Errors() : Rule<CommandFacts>("errors", RuleStage.Command, RuleMode.Reject, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Reject, canBeExcepted: true)
{
    /// <summary>From so many errors on the answers are slow.</summary>
    public const int Slow = 10;

    /// <summary>At so many errors the session ends.</summary>
    public const int Most = 20;

    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) =>
        facts.Fault == CommandFault.TooManyErrors || facts.Errors >= Most
            // RFC 5321 §3.8: 421 is the code for ending a session.
            ? Verdict.Breach(421, new(4, 7, 0), "too many errors") with { Close = true }
            : Verdict.Pass;
}
