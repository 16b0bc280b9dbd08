using Garita.Hardening.Host;

namespace Garita.Hardening.Exim;

internal sealed class EximConnectionsPerHost : EximCheck
{
    public override string Id => "exim-connections-per-host";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Exim bounds what one host takes of its connections";

    public override string Why => "Twenty connections are all there are by default, and one client may hold them all for five minutes each.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6"];

    public override string Expected => "smtp_accept_max_per_host set; with a gateway in front, an expansion that spares its address";

    protected override string Line => "smtp_accept_max_per_host = ${if match_ip{$sender_host_address}{GATEWAY}{0}{10}}";

    protected override Finding Look(View host, EximSettings exim)
    {
        var most = exim.Value("smtp_accept_max_per_host");
        return most is "" or "0" ? Finding.Fail($"smtp_accept_max_per_host = {most}") : Finding.Pass($"smtp_accept_max_per_host = {most}");
    }
}
