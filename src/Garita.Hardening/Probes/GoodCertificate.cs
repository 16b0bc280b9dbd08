using System.Globalization;
using System.Net.Security;

namespace Garita.Hardening.Probes;

internal sealed class GoodCertificate : MailProbe
{
    private const int Soon = 21;

    public override string Id => "good-certificate";

    public override string Title => "Its certificate is good";

    public override string Why => "Senders that insist on a good certificate (MTA-STS, DANE) deliver no mail, and those that do not cannot tell who answers.";

    public override string Expected => "a certificate for this name, from an authority that is trusted, good for three weeks more";

    public override string Mend => "renew it (for instance by ACME), with the name that MX names; Exchange: Import-ExchangeCertificate, Enable-ExchangeCertificate -Services SMTP";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, hello) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        if (hello.Extension("STARTTLS") is null)
            return Finding.NotApplicable("STARTTLS is not offered");
        DateTimeOffset? end = null;
        var errors = SslPolicyErrors.None;
        await talk.StartTlsAsync((certificate, seen) => (end, errors) = (new DateTimeOffset(certificate.NotAfter), seen));
        if (end is not { } until)
            return Finding.Unknown("it shows no certificate");
        var left = (until - target.Time.GetUtcNow()).TotalDays;
        var day = string.Create(CultureInfo.InvariantCulture, $"{until.UtcDateTime:yyyy-MM-dd}");
        if (left < 0)
            return Finding.Fail("it ended on " + day);
        var wrong = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            wrong.Add($"it is not for {target.Host}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            wrong.Add("no authority that this machine trusts has signed it");
        if (left < Soon)
            wrong.Add("it ends on " + day);
        return wrong.Count > 0 ? Finding.Warning(string.Join("; ", wrong)) : Finding.Pass("good until " + day);
    }
}
