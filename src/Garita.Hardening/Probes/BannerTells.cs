using System.Text.RegularExpressions;

namespace Garita.Hardening.Probes;

internal sealed partial class BannerTells : MailProbe
{
    public override string Id => "banner-tells-little";

    public override string Title => "The greeting tells no version";

    public override string Why => "Who looks for servers with a known hole asks millions for their greeting.";

    public override string Expected => "a greeting that names neither product and version nor a name from inside";

    public override string Mend => "Exchange: Set-ReceiveConnector -Identity NAME -Banner '220 mail.example.com'; Postfix: smtpd_banner = $myhostname ESMTP; Exim: smtp_banner; or put Garita in front";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, greeting) = await MailTalk.GreetedAsync(target);
        await using var _ = talk;
        var said = string.Join(' ', greeting.Lines);
        if (Version().IsMatch(said))
            return Finding.Fail(greeting.Text);
        var name = greeting.Lines[0].Split(' ')[0];
        if (Product().IsMatch(said) || Inside().IsMatch(name))
            return Finding.Warning(greeting.Text);
        return Finding.Pass(greeting.Text);
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;
    private const string Products = @"\b(Postfix|Exim|Sendmail|OpenSMTPD|Exchange|Microsoft ESMTP|Dovecot|Zimbra|MailEnable|hMailServer|Kerio|MDaemon|Domino|IceWarp|CommuniGate|James|Axigen)\b";

    // Dates have numbers too: a product goes before.
    [GeneratedRegex(Products + @"[^;]{0,40}?\bv?\d+\.\d+", Options, 1000)]
    private static partial Regex Version();

    [GeneratedRegex(Products, Options, 1000)]
    private static partial Regex Product();

    [GeneratedRegex(@"^[^.]+$|\.(local|lan|internal|intranet|corp|home|localdomain)\.?$", Options, 1000)]
    private static partial Regex Inside();
}
