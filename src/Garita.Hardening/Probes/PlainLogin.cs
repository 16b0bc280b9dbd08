namespace Garita.Hardening.Probes;

internal sealed class PlainLogin : MailProbe
{
    public override string Id => "no-plain-login";

    public override string Title => "Passwords are not asked for without TLS";

    public override string Why => "Whoever listens on the way has the password, and with it the mailbox and a sender that everybody trusts.";

    public override string Expected => "no AUTH before STARTTLS";

    public override string Mend => "Exchange: Set-ReceiveConnector -AuthMechanism with BasicAuthRequireTLS; Postfix: smtpd_tls_auth_only = yes; on a port for strangers no AUTH at all";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, hello) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        if (hello.Extension("AUTH") is not { Length: > 0 } ways)
            return Finding.Pass("no AUTH before TLS");
        var open = ways.Any(static way => way.ToUpperInvariant() is "PLAIN" or "LOGIN" or "XOAUTH2" or "OAUTHBEARER");
        return open ? Finding.Fail("AUTH " + string.Join(' ', ways)) : Finding.Warning("AUTH " + string.Join(' ', ways));
    }
}
