using Garita.Hardening.Host;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixUnknownRecipients : PostfixCheck
{
    public override string Id => "postfix-unknown-recipients";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix refuses unknown recipients at once";

    public override string Why => "Who takes mail for everybody has to send it back later, to senders that were forged: a dictionary attack then drowns the server in bounces.";

    public override IReadOnlyList<string> References => ["RFC 5321 §6.2", "Postfix BACKSCATTER_README", "NIST SP 800-45 §6"];

    public override string Expected => "local_recipient_maps not empty, relay_recipient_maps where relay_domains is set, smtpd_reject_unlisted_recipient = yes";

    public override string Mend => "list the recipients in relay_recipient_maps or virtual_mailbox_maps, and take an empty local_recipient_maps out of main.cf; then postfix reload";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        if (postfix.Known("local_recipient_maps").Length == 0)
            return Finding.Fail("local_recipient_maps is empty: every local address is taken");
        foreach (var service in postfix.Servers)
        {
            if (!postfix.IsOn("smtpd_reject_unlisted_recipient", service))
                return Finding.Fail($"smtpd_reject_unlisted_recipient = {postfix.Known("smtpd_reject_unlisted_recipient", service)} ({service})");
        }
        var relayed = postfix.Known("relay_domains");
        return relayed.Length > 0 && !string.Equals(relayed, "$mydestination", StringComparison.Ordinal) && !string.Equals(relayed, postfix.Value("mydestination") ?? "", StringComparison.Ordinal) && postfix.Known("relay_recipient_maps").Length == 0
            ? Finding.Warning($"relay_domains = {relayed}, but relay_recipient_maps is empty: every address there is taken")
            : Finding.Pass("unknown recipients are refused at RCPT");
    }
}
