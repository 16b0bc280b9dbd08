namespace Garita.Gateway.Rules;

/// <summary>
/// Slower than any honest client: no whole command, no octet of data or no reading of our replies within the time of the level
/// (300, 60, 10 s), or data below 0.5, 5, 20 kB/s after 30 s.
/// </summary>
public sealed class SlowClient() : Rule<AdmissionFacts>("slow-client", RuleStage.Connect, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(AdmissionFacts facts) => facts.Fault == AdmissionFault.Slow
        ? Verdict.Breach(421, new(4, 4, 2), "Timeout, closing connection") with { Close = true }
        : Verdict.Pass;
}
