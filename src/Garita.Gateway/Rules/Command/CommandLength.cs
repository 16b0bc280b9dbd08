namespace Garita.Gateway.Rules;

/// <summary>
/// A command line over its limit (RFC 5321 §4.5.3.1.4, and what the extensions add). It was cut before any parsing and its rest thrown away:
/// the classic buffer overflow never reaches a parser, ours or the mail server's.
/// </summary>
public sealed class CommandLength() : Rule<CommandFacts>("command-length", RuleStage.Command, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) =>
        facts.Fault == CommandFault.TooLong
            ? Verdict.Breach(500, new(5, 5, 2), "command line too long")
            : Verdict.Pass;
}
