using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class MailDaemons : Check
{
    // What reads the network, or mail of strangers. Not the masters, nor local, pipe and LMTP, which become the recipient.
    private static readonly HashSet<string> Exposed = new(
    [
        "smtpd", "smtp", "postscreen", "cleanup", "qmgr", "pickup", "trivial-rewrite", "tlsproxy", "tlsmgr", "bounce", "anvil", "dnsblog", "verify", "showq",
        "imap-login", "pop3-login", "submission-login", "managesieve-login", "imap", "pop3", "garita", "garita-warden", "milter-greylist", "opendkim", "opendmarc", "policyd-spf",
    ], StringComparer.Ordinal);

    public override string Id => "mail-daemons-not-root";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Mail daemons do not run as root";

    public override string Why => "Their code reads what strangers send; what breaks there must not be root. Only their masters, which hand out ports and files, are.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5.1", "CIS 2.1.21"];

    public override string Expected => "no process that speaks to strangers or reads mail has the user id 0; no such service with unprivileged = n in master.cf";

    public override string Mend => "set the user in the settings of the daemon (master.cf: a - in the column unpriv)";

    public override Finding Look(View host)
    {
        var found = new List<string>();
        var seen = 0;
        if (host.IsLive)
        {
            foreach (var line in Text.Lines(host.Ask("ps", "-eo", "uid=,comm=,args=")))
            {
                var words = Text.Words(line);
                // OpenSMTPD's parent has the same name as Postfix's daemon.
                if (words.Length < 2 || !Exposed.Any(name => IsNamed(words[1], name)) || line.Contains("[priv]", StringComparison.Ordinal) || (words[1] is "smtpd" && words.Length > 2 && words[2].EndsWith("sbin/smtpd", StringComparison.Ordinal)) || IsCommandLine(words))
                    continue;
                seen++;
                if (words[0] is "0")
                    found.Add($"{words[1]} runs as root");
            }
        }
        foreach (var words in (host.Lines("/etc/postfix/master.cf") ?? []).Select(Text.Words).Where(static words => words.Length > 7 && Exposed.Contains(words[7])))
        {
            seen++;
            // service type private unpriv chroot wakeup maxproc command
            if (words[3] is "n")
                found.Add($"{words[0]} ({words[7]}) is set to run as root in master.cf");
        }
        if (seen == 0)
            return host.IsLive ? Finding.NotApplicable("no mail daemon runs here") : throw new CannotLookException("there is no /etc/postfix/master.cf, and processes are seen on the running system only");
        return found.Count > 0 ? Finding.Fail(string.Join(", ", found.Distinct(StringComparer.Ordinal))) : Finding.Pass($"{seen} looked at, none is root");
    }

    /// <summary>The kernel keeps fifteen letters of a name.</summary>
    private static bool IsNamed(string kept, string name) => string.Equals(kept, name.Length > 15 ? name[..15] : name, StringComparison.Ordinal);

    /// <summary>The command line of an administrator has the name of the gateway: only what serves is meant.</summary>
    private static bool IsCommandLine(string[] words) => words[1] is "garita" && !(words.Length > 3 && words[3] is "serve");
}
