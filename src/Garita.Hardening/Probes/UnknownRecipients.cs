namespace Garita.Hardening.Probes;

internal sealed class UnknownRecipients : MailProbe
{
    public override string Id => "unknown-recipients";

    public override string Title => "Recipients that do not exist are refused at RCPT";

    public override string Why => "Who takes mail for everybody has to send it back: to forged senders, who complain, and its queue fills.";

    public override string Expected => "550 for a recipient that nobody has";

    public override string Mend => "Exchange: Set-RecipientFilterConfig -RecipientValidationEnabled $true, on the front end; Postfix: local_recipient_maps, relay_recipient_maps; or Garita in front, which knows them";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        if (target.Recipient?.Split('@') is not [_, var domain])
            return Finding.NotApplicable("needs --to ADDRESS, one that exists");
        var (talk, _) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        var from = await talk.AskAsync("MAIL FROM:<>");
        if (!from.IsGood)
            return Finding.Unknown($"MAIL FROM:<>: {from.Text}");
        var known = await talk.AskAsync($"RCPT TO:<{target.Recipient}>");
        if (!known.IsGood)
            return Finding.Unknown($"{target.Recipient} is not taken either: {known.Text}");
        var unknown = await talk.AskAsync($"RCPT TO:<nobody-{Guid.NewGuid().ToString("N")[..12]}@{domain}>");
        return unknown.IsGood ? Finding.Fail($"a recipient that nobody has: {unknown.Text}") : unknown.IsRefusal ? Finding.Pass(unknown.Text) : Finding.Unknown($"it puts off: {unknown.Text}");
    }
}
