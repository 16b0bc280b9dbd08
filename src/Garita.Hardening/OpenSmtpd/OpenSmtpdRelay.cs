using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdRelay : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-relay";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "OpenSMTPD relays for nobody who has not logged in";

    public override string Why => "An open relay sends other people's spam within the hour, and is on every block list within the day.";

    public override IReadOnlyList<string> References => ["RFC 2505 §2.1", "NIST SP 800-45 §6"];

    public override string Expected => "no match of strangers (from any, from rdns, from mail-from) for any with an action of relay, unless with auth";

    public override string Mend => "`match from auth for any action …` or `match auth from any for any action …`; then smtpd -n and systemctl restart opensmtpd";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        foreach (var match in OpenSmtpdMatch.All(smtpd))
        {
            if (!match.Anybody || !match.Anywhere || match.LoggedIn)
                continue;
            // The first that matches holds: behind a refusal of all strangers none gets further.
            if (match.Rejects)
                break;
            if (match.Relays(smtpd))
                return Finding.Fail($"anybody, for any: action {match.Action}");
        }
        return Finding.Pass("strangers are relayed nowhere");
    }
}
