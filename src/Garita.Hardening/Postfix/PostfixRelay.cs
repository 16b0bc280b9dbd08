using Garita.Hardening.Host;

namespace Garita.Hardening.Postfix;

internal sealed class PostfixRelay : PostfixCheck
{
    private static readonly string[] Lists = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"];

    public override string Id => "postfix-relay";

    public override Measure Measure => Measure.Firewall;

    public override string Title => "Postfix relays for nobody it does not know";

    public override string Why => "An open relay sends other people's spam within the hour, and is on every block list within the day.";

    public override IReadOnlyList<string> References => ["Lynis MAIL-8816", "RFC 2505 §2.1", "NIST SP 800-45 §6"];

    public override string Expected => "smtpd_relay_restrictions (or smtpd_recipient_restrictions) with reject_unauth_destination or defer_unauth_destination, before any permit and any table";

    public override string Mend => "postconf -e 'smtpd_relay_restrictions=permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination' && postfix reload; tables of your own belong into smtpd_recipient_restrictions";

    protected override Finding Look(View host, PostfixSettings postfix)
    {
        var open = new List<string>();
        var doubtful = new List<string>();
        foreach (var service in postfix.Servers)
        {
            var judged = Lists.Select(name => Judge(postfix.Known(name, service))).ToArray();
            if (Array.Exists(judged, static list => list is { Closed: true, Doubt: null }))
                continue;
            if (Array.Find(judged, static list => list.Closed) is { Doubt: { } doubt })
                doubtful.Add($"{service}: {doubt} stands before reject_unauth_destination: what it lets through is relayed anywhere");
            else
                open.Add($"{service}: nothing refuses strangers' mail to strangers: smtpd_relay_restrictions = {postfix.Known("smtpd_relay_restrictions", service)}; smtpd_recipient_restrictions = {postfix.Known("smtpd_recipient_restrictions", service)}");
        }
        if (open.Count > 0)
            return Finding.Fail(string.Join("; ", open.Concat(doubtful)));
        return doubtful.Count > 0
            ? Finding.Warning(string.Join("; ", doubtful))
            : Finding.Pass("smtpd_relay_restrictions = " + string.Join(" / ", postfix.Servers.Select(service => postfix.Known("smtpd_relay_restrictions", service)).Distinct(StringComparer.Ordinal)));
    }

    /// <summary>A list is gone through in order; the first that decides ends it.</summary>
    internal static (bool Closed, string? Doubt) Judge(string list)
    {
        string? doubt = null;
        var words = list.Split([' ', '\t', ',', '{', '}'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i].ToLowerInvariant();
            // The restriction behind it is only logged.
            if (word is "warn_if_reject")
            {
                i++;
                continue;
            }
            if (word is "reject_unauth_destination" or "defer_unauth_destination" or "reject" or "defer")
                return (true, doubt);
            if (word is "permit")
                return (false, doubt);
            // A table may answer OK. One that looks at the client's address is a choice like mynetworks; names, senders and recipients are what anybody says.
            if (word is "permit_mx_backup" or "permit_inet_interfaces" or "permit_naked_ip_address")
                doubt ??= word;
            else if (word.StartsWith("check_", StringComparison.Ordinal) && word.EndsWith("_access", StringComparison.Ordinal) && word is not ("check_client_access" or "check_ccert_access" or "check_sasl_access"))
                doubt ??= word;
        }
        return (false, doubt);
    }
}
