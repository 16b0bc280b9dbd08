namespace Garita.Gateway.Rules;

/// <summary>
/// A command whose argument breaks the grammar, or whose line ends in a bare LF. Paths are judged by <see cref="SenderSyntax"/> and <see cref="RecipientSyntax"/>.
/// </summary>
public sealed class CommandSyntax() : Rule<CommandFacts>("command-syntax", RuleStage.Command, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) => facts.Fault switch
    {
        // RFC 5321 §2.3.8: lines end in CRLF alone; what follows another ending must not be read as a command.
        CommandFault.BareNewline => Verdict.Breach(500, new(5, 5, 2), "a command ends in CRLF") with { Close = true },
        CommandFault.Syntax => SyntaxFault.Breach(facts.Syntax, new(5, 5, 4)),
        _ => Verdict.Pass,
    };
}
