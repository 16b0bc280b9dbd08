using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximChunking : EximCheck
{
    public override string Id => "exim-chunking";

    public override Measure Measure => Measure.Software;

    public override string Title => "Exim does not offer CHUNKING";

    public override string Why => "BDAT is a second way to take a message: it was open to a takeover (CVE-2017-16943), and no sender needs it.";

    public override IReadOnlyList<string> References => ["CVE-2017-16943", "CVE-2017-16944"];

    public override string Expected => "chunking_advertise_hosts empty";

    protected override string Line => "chunking_advertise_hosts =";

    protected override Finding Look(View host, EximSettings exim)
    {
        var hosts = exim.Value("chunking_advertise_hosts");
        return hosts.Length == 0 ? Finding.Pass("chunking_advertise_hosts is empty") : Finding.Fail($"chunking_advertise_hosts = {hosts}");
    }
}
