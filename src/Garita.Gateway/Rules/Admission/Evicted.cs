namespace Garita.Gateway.Rules;

/// <summary>
/// All places are taken and somebody new has come: the connection that is worth least leaves. Full is not down.
/// Worth is trust, then how lately it got on as an honest client does, then how many others its network holds.
/// </summary>
public sealed class Evicted() : Rule<AdmissionFacts>("evicted", RuleStage.Connect, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(AdmissionFacts facts) => facts.Fault == AdmissionFault.LeastWorth
        ? Verdict.Breach(421, new(4, 3, 2), "all places are taken, try again later") with { Close = true }
        : Verdict.Pass;
}
