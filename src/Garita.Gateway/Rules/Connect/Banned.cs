namespace Garita.Gateway.Rules;

/// <summary>
/// The client is banned. At accept the connection is reset without a word, which is cheapest; only a client that a PROXY header announced,
/// or whose session was open when the ban came, is told. The answer is temporary, for a ban ends and no mail is lost by it.
/// </summary>
public sealed class Banned() : Rule<BanFacts>("banned", RuleStage.Connect, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    /// <inheritdoc/>
    public override Verdict Judge(BanFacts facts) =>
        facts.IsBanned ? Verdict.Breach(421, new(4, 7, 0), "banned for a while, try again later") with { Close = true } : Verdict.Pass;
}
