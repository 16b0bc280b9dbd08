namespace Garita.Gateway.Rules;

/// <summary>More connections a minute, messages or recipients an hour, or TLS handshakes a minute than a client may have, or than a tenant may get.</summary>
public sealed class RateLimit() : Rule<AdmissionFacts>("rate-limit", RuleStage.Connect, RuleMode.Reject, AllowedModes.Off | AllowedModes.Shadow | AllowedModes.Reject, canBeExcepted: true)
{
    /// <inheritdoc/>
    public override Verdict Judge(AdmissionFacts facts) => facts.Fault switch
    {
        AdmissionFault.Rate => Verdict.Breach(450, new(4, 7, 1), $"too many {facts.What} from your network, try again later", $"{facts.Counted} of {facts.Most} {facts.What}"),
        AdmissionFault.TenantRate => Verdict.Breach(451, new(4, 7, 1), $"too many {facts.What} for this organisation, try again later", $"{facts.Counted} of {facts.Most} {facts.What} of the tenant"),
        _ => Verdict.Pass,
    };
}
