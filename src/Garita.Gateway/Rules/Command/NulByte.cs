namespace Garita.Gateway.Rules;

/// <summary>
/// A NUL octet in a command (RFC 5321 §4.1.2 has no place for one). C programs end a string there and read the rest as something else,
/// so the connection ends.
/// </summary>
public sealed class NulByte() : Rule<CommandFacts>("nul-byte", RuleStage.Command, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) =>
        facts.Fault == CommandFault.Nul
            ? Verdict.Breach(500, new(5, 5, 2), "NUL in a command") with { Close = true }
            : Verdict.Pass;
}
