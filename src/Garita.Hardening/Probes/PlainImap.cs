namespace Garita.Hardening.Probes;

internal sealed class PlainImap : MailProbe
{
    private const int MostLines = 50;

    public override string Id => "no-plain-imap";

    public override string Title => "IMAP takes no password without TLS";

    public override string Why => "Whoever listens on the way has the password of the mailbox.";

    public override string Expected => "no login before TLS";

    public override string Mend => "Exchange: Set-ImapSettings -LoginType SecureLogin; Dovecot: disable_plaintext_auth = yes (auth_allow_cleartext = no)";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        if (await target.OpenOtherAsync(target.ImapPort) is not { } talk)
            return Finding.NotApplicable("nobody listens on port 143");
        await using var _ = talk;
        var greeting = await talk.LineAsync();
        if (!greeting.StartsWith("* ", StringComparison.Ordinal))
            return Finding.Unknown("that is no IMAP server: " + greeting);
        await talk.SendAsync("a CAPABILITY\r\n"u8.ToArray());
        var offered = "";
        for (var lines = 0; lines < MostLines; lines++)
        {
            var line = await talk.LineAsync();
            if (line.StartsWith("* CAPABILITY", StringComparison.OrdinalIgnoreCase))
                offered = line.ToUpperInvariant();
            if (line.StartsWith("a ", StringComparison.Ordinal))
                break;
        }

        // RFC 3501 §6.2.3
        if (offered.Length == 0)
            return Finding.Unknown("it does not say what it can");
        return offered.Contains(" LOGINDISABLED", StringComparison.Ordinal) && !offered.Contains("AUTH=PLAIN", StringComparison.Ordinal) && !offered.Contains("AUTH=LOGIN", StringComparison.Ordinal)
            ? Finding.Pass("LOGINDISABLED before TLS") : Finding.Fail(offered);
    }
}
