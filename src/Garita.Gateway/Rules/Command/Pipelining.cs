namespace Garita.Gateway.Rules;

/// <summary>
/// More input before its turn: commands sent before EHLO offered pipelining, or behind one that ends a group (RFC 2920 §3.1).
/// Ends the connection, so that what came too early is never read as a command.
/// </summary>
public sealed class Pipelining() : Rule<CommandFacts>("pipelining", RuleStage.Command, RuleMode.Reject, AllowedModes.Usual, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) =>
        facts.Fault == CommandFault.Pipelined
            ? Verdict.Breach(554, new(5, 5, 0), "input before its turn", facts.Verb.ToString()) with { Close = true }
            : Verdict.Pass;
}
