namespace Garita.Hardening.Probes;

internal sealed class CleanStartTls : MailProbe
{
    public override string Id => "clean-starttls";

    public override string Title => "Nothing said before TLS counts behind it";

    public override string Why => "Who sits in between puts commands behind STARTTLS, which the server then takes for those of the client inside TLS (CVE-2011-0411).";

    public override string Expected => "what comes with STARTTLS in one packet is thrown away or refused";

    public override string Mend => "update the mail server; Garita in front refuses it";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, hello) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        if (hello.Extension("STARTTLS") is null)
            return Finding.NotApplicable("STARTTLS is not offered");
        await talk.SendAsync("STARTTLS\r\nNOOP\r\n"u8.ToArray());
        var reply = await talk.ReplyAsync();
        if (reply.Code != 220)
            return reply.Code is >= 400 and < 600 ? Finding.Pass("refused: " + reply.Text) : Finding.Unknown(reply.Text);
        try
        {
            await talk.SecureAsync();
        }
        catch (CannotLookException)
        {
            return Finding.Pass("it does not begin TLS after that");
        }

        // NOOP is answered by 250, QUIT by 221.
        var first = await talk.AskAsync("QUIT");
        return first.Code == 250 ? Finding.Fail("NOOP, sent before TLS, is answered inside it: " + first.Text) : Finding.Pass("what was sent before TLS is forgotten");
    }
}
