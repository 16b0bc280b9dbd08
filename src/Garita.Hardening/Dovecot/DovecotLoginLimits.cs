using System.Globalization;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Dovecot;

internal sealed class DovecotLoginLimits : DovecotCheck
{
    public override string Id => "dovecot-login-limits";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Dovecot slows guessing down and bounds what one user takes";

    public override string Why => "A failed login that costs no time is tried a thousand times a second, and one broken mail program can use up all processes.";

    public override IReadOnlyList<string> References => ["NIST SP 800-63B §5.2.2", "NIST SP 800-45 §6"];

    public override string Expected => "auth_failure_delay of a second or more; mail_max_userip_connections between 1 and 100";

    public override string Mend => "`auth_failure_delay = 2 secs` and `mail_max_userip_connections = 10` in /etc/dovecot/conf.d, then doveadm reload";

    protected override Finding Look(View host, DovecotSettings dovecot)
    {
        var delay = dovecot.Value("auth_failure_delay");
        var most = dovecot.All("mail_max_userip_connections");
        var found = $"auth_failure_delay = {delay}; mail_max_userip_connections = {string.Join(", ", most.Select(static known => known.Value))}";
        var digits = string.Concat(delay.TakeWhile(char.IsAsciiDigit));
        var slow = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && !delay.Contains("msec", StringComparison.Ordinal);
        return slow && most.All(static known => int.TryParse(known.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100) ? Finding.Pass(found) : Finding.Fail(found);
    }

    protected override Repair? Repair(View host, DovecotSettings dovecot) =>
        DropIn(host, Risk.Low, "One user with more than ten connections from one address is refused the eleventh.", "auth_failure_delay = 2 secs\nmail_max_userip_connections = 10");
}
