namespace Garita.Gateway.Rules;

/// <summary>
/// A network, or a domain that passed SPF where its network speaks for many, asks for too many distinct recipients that do not exist.
/// From then on it is told nothing more; its next transaction is refused and the connection ends.
/// </summary>
public sealed class Harvest() : Rule<HarvestFacts>(
    "harvest", RuleStage.Recipient, RuleMode.Reject, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Defer | AllowedModes.Reject, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(HarvestFacts facts)
    {
        if (facts.AtMail)
            // RFC 5321 §3.8: 421 is the code for ending a session.
            return Verdict.Breach(421, new(4, 7, 0), "too many unknown recipients, try again later") with { Close = true };
        return IsHarvest(facts)
            ? Verdict.Breach(450, new(4, 7, 1), "too many unknown recipients from your network", $"{facts.Unknown} unknown, {facts.Known} known within an hour; {facts.Disclosed}")
            : Verdict.Pass;
    }

    private static bool IsHarvest(HarvestFacts facts)
    {
        var limits = facts.Limits;
        return facts.Unknown >= limits.Unknown
            || (!facts.IsTrusted && facts.Unknown >= limits.UnknownAtLeast && facts.Unknown >= limits.UnknownShare * (facts.Unknown + facts.Known));
    }
}
