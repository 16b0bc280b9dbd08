using Garita.Hardening.Host;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotTrustedNetworks : DovecotCheck
{
    public override string Id => "dovecot-trusted-networks";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Dovecot believes the gateway in front and nobody else";

    public override string Why => "Who is in login_trusted_networks may say any client address, which counts for limits and the log, and may log in without TLS.";

    public override IReadOnlyList<string> References => ["Dovecot login_trusted_networks", "NIST SP 800-45 §6"];

    public override string Expected => "login_trusted_networks empty, or with the gateways' addresses and nothing wider";

    public override string Mend => "write the gateways' addresses, and only these, to login_trusted_networks; then doveadm reload";

    protected override Finding Look(View host, DovecotSettings dovecot)
    {
        var trusted = dovecot.All("login_trusted_networks").SelectMany(static known => known.Value.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal).ToArray();
        if (trusted.Length == 0)
            return Finding.Pass("login_trusted_networks is empty");
        var gateways = host.Gateways;
        var wider = trusted.Where(name => !Networks.TryParse(name, out var network) || !(Networks.IsLoopback(network) || gateways.Any(gateway => Networks.Within(network, gateway)))).ToArray();
        var found = $"login_trusted_networks = {string.Join(' ', trusted)}";
        return wider.Length > 0 ? Finding.Fail($"{found}: no gateway is {string.Join(", ", wider)}") : Finding.Pass(found);
    }
}
