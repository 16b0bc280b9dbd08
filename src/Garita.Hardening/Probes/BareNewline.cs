namespace Garita.Hardening.Probes;

internal sealed class BareNewline : MailProbe
{
    public override string Id => "no-bare-newline";

    public override string Title => "A bare newline ends no command";

    public override string Why => "Servers that end lines differently from others let one message be smuggled in another (CVE-2023-51764 and its kin).";

    public override string Expected => "only CRLF ends a line";

    public override string Mend => "Postfix: smtpd_forbid_bare_newline = yes; Exchange and others: update, and Garita in front, which refuses it";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, _) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        await talk.SendAsync("NOOP\n"u8.ToArray());
        if (!await talk.SaysSomethingAsync())
            return Finding.Pass("no answer to a command that ends in a bare newline");
        var reply = await talk.ReplyAsync();
        return reply.IsGood ? Finding.Warning($"NOOP with a bare newline: {reply.Text}; whether its messages end so too is not tried here") : Finding.Pass(reply.Text);
    }
}
