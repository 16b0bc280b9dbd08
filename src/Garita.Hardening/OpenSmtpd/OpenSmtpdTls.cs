using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdTls : OpenSmtpdCheck
{
    public override string Id => "opensmtpd-tls";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "OpenSMTPD offers TLS wherever others reach it";

    public override string Why => "Mail that comes in clear text is read and changed by whoever stands between.";

    public override IReadOnlyList<string> References => ["RFC 3207", "NIST SP 800-45 §7.1"];

    public override string Expected => "tls, tls-require or smtps for each listen on an address that is not loopback";

    public override string Mend => "`pki NAME cert … key …` and `listen on … tls pki NAME`; then smtpd -n and systemctl restart opensmtpd";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        var open = smtpd.Listeners.Where(static words => !IsLocal(words[2])).ToArray();
        if (open.Length == 0)
            return Finding.NotApplicable("it listens on this host only");
        var wrong = open.Where(static words => !words.Any(static word => word is "tls" or "tls-require" or "smtps")).Select(static words => string.Join(' ', words)).ToArray();
        return FileRights.Judge(wrong, string.Join("; ", open.Select(static words => string.Join(' ', words))));
    }

    /// <summary>Whether a listener is for this host alone.</summary>
    internal static bool IsLocal(string address) => address is "localhost" or "lo" or "lo0" || (Networks.TryParse(address, out var network) && Networks.IsLoopback(network));
}
