namespace Garita.Hardening.Probes;

internal sealed class OpenRelay : MailProbe
{
    public override string Id => "no-relay";

    public override string Title => "Strangers cannot send to others through it";

    public override string Why => "An open relay is found within hours, sends the spam of others, and is on every blocklist the day after.";

    public override string Expected => "each recipient elsewhere is refused with 5xx, in every way to write it";

    public override string Mend => "Exchange: Get-ReceiveConnector | Get-ADPermission -User 'NT AUTHORITY\\ANONYMOUS LOGON' must not have ms-Exch-SMTP-Accept-Any-Recipient; Postfix: smtpd_relay_restrictions; Exim: acl_smtp_rcpt";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, _) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        var refused = 0;
        var putOff = "";
        // Names that RFC 2606 keeps for this: nobody gets anything, and no data is sent.
        foreach (var to in (string[])["probe@example.net", $"probe%example.net@{talk.Peer}", $"\"probe@example.net\"", $"@{talk.Peer}:probe@example.net", "example.net!probe", $"\"probe@example.net\"@{talk.Peer}"])
        {
            try
            {
                var from = await talk.AskAsync("MAIL FROM:<probe@example.com>");
                var reply = from.IsGood ? await talk.AskAsync($"RCPT TO:<{to}>") : from;
                if (from.IsGood && reply.IsGood)
                    return to is "probe@example.net" or ['@', ..] ? Finding.Fail($"RCPT TO:<{to}> {reply.Text}") : Finding.Warning($"RCPT TO:<{to}> {reply.Text}: see whether it goes to example.net");
                // Postfix says 454 of it by default, so that a mistake of its administrator loses no mail.
                if (reply.IsRefusal || reply.Text.Contains("relay", StringComparison.OrdinalIgnoreCase))
                    refused++;
                else
                    putOff = reply.Text;
                await talk.AskAsync("RSET");
            }
            catch (CannotLookException) when (refused > 0)
            {
                return Finding.Pass($"{refused} ways refused, then it ended the connection");
            }
        }

        return putOff.Length > 0 ? Finding.Unknown($"it puts off: {putOff}; try again later") : Finding.Pass($"{refused} ways to write a recipient elsewhere are refused");
    }
}
