namespace Garita.Gateway.Rules;

/// <summary>
/// The domain is being harvested from many networks. Senders that are not trusted get one and the same answer, after the same delay,
/// for recipients that exist and for others, until they try again as mail servers do.
/// </summary>
public sealed class DistributedHarvest() : Rule<DistributedHarvestFacts>(
    "distributed-harvest", RuleStage.Recipient, RuleMode.Defer, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Defer, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(DistributedHarvestFacts facts) =>
        facts is { IsOn: true, IsLetThrough: false } ? Verdict.Breach(451, new(4, 7, 1), "please try again in a few minutes", facts.Disclosed) : Verdict.Pass;
}
