using System.Text;

namespace Garita.Wall.Lockdown;

/// <summary>
/// What Dovecot must know of the gateway, for <c>/etc/dovecot/conf.d</c>. Trusted networks may say who the client is and skip the rule
/// against passwords in clear text, so the gateway's addresses stand there and no network.
/// </summary>
public static class DovecotLockdown
{
    private static readonly int[] Ports = [110, 143, 993, 995];

    /// <summary>The file.</summary>
    /// <param name="plan">What is let in.</param>
    public static string Render(LockdownPlan plan)
    {
        var text = new StringBuilder();
        text.Comment("#",
        [
            $"Dovecot of the mail server {plan.Backend} behind the gateway.",
            "On the mail server, as root:",
            "  install -m 644 99-garita.conf /etc/dovecot/conf.d/99-garita.conf",
            "  doveconf -n > /dev/null && doveadm reload       # an error: remove the file again, nothing was changed yet",
            "  back: rm /etc/dovecot/conf.d/99-garita.conf && doveadm reload",
            "Who else may connect is the packet filter's matter (--for nftables).",
        ]);
        if (!plan.MailPorts.Any(static port => Array.IndexOf(Ports, port) >= 0))
            text.Comment("#", ["NOTE: no listener of Garita serves POP3 or IMAP: nobody comes to Dovecot through it. Put this in when one does."]);
        return text.Line("")
            .Line("# The client's address comes from the gateway (XCLIENT, IMAP ID): limits and penalties count clients, not the gateway.")
            .Line($"login_trusted_networks = {string.Join(' ', plan.Gateways.Select(static gateway => $"{gateway}/{LockdownText.Bits(gateway)}"))}")
            .ToString();
    }
}
