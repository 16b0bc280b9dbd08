using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdTrustedNetworks : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-trusted-networks";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "OpenSMTPD relays for few addresses without a login";

    public override string Why => "Who may relay by address alone may send to the whole world: one infected computer there is enough, and a gateway in front stands for everybody.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6"];

    public override string Expected => "`from src` for any: no network wider than /24 (IPv4) or /64 (IPv6), and not the gateway";

    public override string Mend => "list single addresses in `from src`, or let them log in; then smtpd -n and systemctl restart opensmtpd";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        var sources = OpenSmtpdMatch.All(smtpd).Where(match => match is { Sources: not null, Anywhere: true, LoggedIn: false, Rejects: false } && match.Relays(smtpd)).SelectMany(static match => match.Sources!).Distinct(StringComparer.Ordinal).ToArray();
        if (sources.Length == 0)
            return Finding.Pass("none but this host");
        var networks = sources.Select(source => Networks.TryParse(source, out var network) ? network : throw new CannotLookException($"from src {source} is no network")).ToArray();
        var found = "from src " + string.Join(", ", sources);
        var width = networks.Max(Networks.Width);
        if (width is NetworkWidth.TooWide)
            return Finding.Fail(found);
        if (networks.All(Networks.IsLoopback))
            return Finding.Pass(found);
        if (host.Gateways.Any(gateway => networks.Any(network => Networks.Within(gateway, network))))
            return Finding.Fail(found + ", which has the gateway");
        return width is NetworkWidth.Wide ? Finding.Warning(found) : Finding.Pass(found);
    }
}
