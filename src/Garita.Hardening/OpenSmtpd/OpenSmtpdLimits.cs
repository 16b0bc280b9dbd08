using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.OpenSmtpd;

internal sealed class OpenSmtpdLimits : OpenSmtpdCheck
{
    private const long Mebi = 1 << 20;

    public override string Id => "opensmtpd-limits";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "OpenSMTPD keeps its bounds on a message and a session";

    public override string Why => "Its defaults are sound (35 MB, 1,000 recipients, 100 messages a session); raised for one sender they are raised for an attacker.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §6", "smtpd.conf(5)"];

    public override string Expected => "smtp max-message-size at most 100 MB, smtp limit max-rcpt and max-mails at most 10,000";

    public override string Mend => "take the smtp max-message-size and smtp limit lines out of smtpd.conf; then smtpd -n and systemctl restart opensmtpd";

    protected override Finding Look(View host, OpenSmtpdSettings smtpd)
    {
        var wrong = new List<string>();
        foreach (var words in smtpd.Directives)
        {
            var bad = words switch
            {
                ["smtp", "max-message-size", var size, ..] => Size(size) > 100 * Mebi,
                ["smtp", "limit", "max-rcpt" or "max-mails", var count, ..] => Size(count) > 10_000,
                _ => false,
            };
            if (bad)
                wrong.Add(string.Join(' ', words));
        }
        return FileRights.Judge(wrong, "at its defaults, or near");
    }

    private static long Size(string text)
    {
        var factor = text.Length == 0 ? 1 : char.ToUpperInvariant(text[^1]) switch { 'K' => 1L << 10, 'M' => Mebi, 'G' => 1L << 30, 'T' => 1L << 40, _ => 1 };
        var digits = factor == 1 ? text : text[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue / factor ? number * factor : throw new CannotLookException($"{text} is no size");
    }
}
