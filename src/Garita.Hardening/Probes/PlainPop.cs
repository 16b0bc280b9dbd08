namespace Garita.Hardening.Probes;

internal sealed class PlainPop : MailProbe
{
    private const int MostLines = 50;

    public override string Id => "no-plain-pop3";

    public override string Title => "POP3 takes no password without TLS";

    public override string Why => "Whoever listens on the way has the password of the mailbox.";

    public override string Expected => "no login before TLS";

    public override string Mend => "Exchange: Set-PopSettings -LoginType SecureLogin; Dovecot: disable_plaintext_auth = yes (auth_allow_cleartext = no)";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        if (await target.OpenOtherAsync(target.PopPort) is not { } talk)
            return Finding.NotApplicable("nobody listens on port 110");
        await using var _ = talk;
        var greeting = await talk.LineAsync();
        if (!greeting.StartsWith("+OK", StringComparison.Ordinal))
            return Finding.Unknown("that is no POP3 server: " + greeting);
        await talk.SendAsync("CAPA\r\n"u8.ToArray());
        if (await talk.LineAsync() is var answer && !answer.StartsWith("+OK", StringComparison.Ordinal))
            return Finding.Unknown("it does not say what it can: " + answer);
        for (var lines = 0; lines < MostLines; lines++)
        {
            // RFC 2449 §6.2, §6.3
            var words = (await talk.LineAsync()).ToUpperInvariant().Split(' ');
            if (words[0] is ".")
                break;
            if (words[0] is "USER" || (words[0] is "SASL" && (words.Contains("PLAIN", StringComparer.Ordinal) || words.Contains("LOGIN", StringComparer.Ordinal))))
                return Finding.Fail(string.Join(' ', words));
        }

        return Finding.Pass("neither USER nor SASL PLAIN before TLS");
    }
}
