using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixConnectionRate : PostfixValueCheck
{
    public override string Id => "postfix-connection-rate";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix limits how often a client may connect";

    public override string Why => "One client that connects again and again uses up the processes that all others need.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "Postfix TUNING_README"];

    public override string Expected => "smtpd_client_connection_rate_limit above 0, such as 60 a minute; the gateway is exempt";

    protected override string Setting => "smtpd_client_connection_rate_limit";

    protected override string Wanted => "60";

    protected override Risk Risk => Risk.Medium;

    protected override string WhatMayBreak => "Servers that connect more often than once a second are put off; smtpd_client_event_limit_exceptions lists who is exempt.";

    protected override bool IsGood(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0;

    protected override bool Concerns(PostfixSettings postfix, PostfixService service) => string.Equals(service.Type, "inet", StringComparison.Ordinal) || string.Equals(service.Type, "pass", StringComparison.Ordinal);

    /// <summary>Not before it is known that a gateway in front is exempt: all mail comes from it.</summary>
    protected override Repair? Repair(View host, PostfixSettings postfix)
    {
        try
        {
            var exempt = postfix.Known("smtpd_client_event_limit_exceptions");
            return host.Gateways.All(gateway => PostfixSettings.Lists("smtpd_client_event_limit_exceptions", exempt, gateway)) ? base.Repair(host, postfix) : null;
        }
        catch (CannotLookException)
        {
            return null;
        }
    }
}
