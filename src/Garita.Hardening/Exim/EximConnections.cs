using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximConnections : EximCheck
{
    public override string Id => "exim-connections";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Exim bounds its connections";

    public override string Why => "Each connection is a process: with smtp_accept_max = 0 a flood of them takes the memory of the host.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6"];

    public override string Expected => "smtp_accept_max between 1 and 1,000";

    protected override string Line => "smtp_accept_max = 100";

    protected override Finding Look(View host, EximSettings exim)
    {
        var most = exim.Number("smtp_accept_max");
        var found = string.Create(CultureInfo.InvariantCulture, $"smtp_accept_max = {most}");
        return most is > 0 and <= 1000 ? Finding.Pass(found) : Finding.Fail(found);
    }
}
