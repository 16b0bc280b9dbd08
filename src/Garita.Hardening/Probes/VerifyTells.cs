namespace Garita.Hardening.Probes;

internal sealed class VerifyTells : MailProbe
{
    public override string Id => "no-verify";

    public override string Title => "VRFY and EXPN tell nobody who exists";

    public override string Why => "Who may ask for names without sending anything has the address book in minutes.";

    public override string Expected => "VRFY and EXPN are refused, or say the same of everybody (252)";

    public override string Mend => "Exchange answers 252 as it comes; Postfix: disable_vrfy_command = yes; Exim: acl_smtp_vrfy and acl_smtp_expn; Sendmail: PrivacyOptions=goaway";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, _) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        foreach (var verb in (string[])["VRFY", "EXPN"])
        {
            foreach (var name in (string[])["postmaster", "nobody-" + Guid.NewGuid().ToString("N")[..12]])
            {
                var reply = await talk.AskAsync($"{verb} {name}");
                // RFC 5321 §3.5.3: 252 says that it will not tell.
                if (reply.Code is 250 or 251 or 551 or 553)
                    return Finding.Fail($"{verb} {(name is "postmaster" ? name : "of a name that nobody has")}: {reply.Text}");
                if (verb is "VRFY" && reply.Code == 550)
                    return Finding.Fail($"VRFY says of a name that it is unknown: {reply.Text}");
            }
        }

        return Finding.Pass("neither of them tells");
    }
}
