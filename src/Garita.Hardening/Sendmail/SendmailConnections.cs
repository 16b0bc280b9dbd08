using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Sendmail;

internal sealed class SendmailConnections : SendmailCheck
{
    public override string Id => "sendmail-connections";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Sendmail bounds its processes and how fast they come";

    public override string Why => "Each connection is a process: without a bound a flood of them takes the memory of the host.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6"];

    public override string Expected => "MaxDaemonChildren and ConnectionRateThrottle above 0";

    protected override string Macro => "define(`confMAX_DAEMON_CHILDREN', `100')dnl and define(`confCONNECTION_RATE_THROTTLE', `15')dnl";

    protected override Finding Look(View host, SendmailSettings sendmail)
    {
        var (children, rate) = (sendmail.Number("MaxDaemonChildren", 0), sendmail.Number("ConnectionRateThrottle", 0));
        var found = string.Create(CultureInfo.InvariantCulture, $"MaxDaemonChildren={children}, ConnectionRateThrottle={rate}");
        return children > 0 && rate > 0 ? Finding.Pass(found) : Finding.Fail(found);
    }
}
