namespace Garita.Gateway.Rules;

/// <summary>
/// Clear text behind STARTTLS in the same flight (CVE-2011-0411): whoever sits in the line may have put it there, and it would be obeyed as if it had come
/// through TLS. The connection ends before the handshake.
/// </summary>
public sealed class StarttlsInjection() : Rule<CommandFacts>("starttls-injection", RuleStage.Command, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(CommandFacts facts) =>
        facts.Fault == CommandFault.BehindStartTls
            ? Verdict.Breach(554, new(5, 5, 1), "input behind STARTTLS") with { Close = true }
            : Verdict.Pass;
}
