namespace Garita.Gateway.Rules;

/// <summary>More connections at once from a client (IPv4 /32, IPv6 /64) or a network (/24, /48) than it may have.</summary>
public sealed class ConnectionLimit() : Rule<AdmissionFacts>("connection-limit", RuleStage.Connect, RuleMode.Reject, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Reject, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(AdmissionFacts facts) => facts.Fault == AdmissionFault.Connections
        ? Verdict.Breach(421, new(4, 7, 0), "too many connections from your network, try again later", $"{facts.Counted} of {facts.Most} {facts.What}") with { Close = true }
        : Verdict.Pass;
}
