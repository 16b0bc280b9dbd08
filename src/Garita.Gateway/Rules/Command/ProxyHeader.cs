namespace Garita.Gateway.Rules;

/// <summary>
/// A PROXY header that is missing where it is required, broken, or sent where it is not allowed: a client may not choose its own address.
/// </summary>
public sealed class ProxyHeader() : Rule<CommandFacts>("proxy-header", RuleStage.Command, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) =>
        facts.Fault == CommandFault.ProxyHeader
            ? Verdict.Breach(554, new(5, 5, 1), "PROXY header missing, broken or not allowed here") with { Close = true }
            : Verdict.Pass;
}
