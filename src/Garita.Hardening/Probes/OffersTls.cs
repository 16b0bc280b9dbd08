namespace Garita.Hardening.Probes;

internal sealed class OffersTls : MailProbe
{
    public override string Id => "offers-tls";

    public override string Title => "It offers TLS, and the handshake works";

    public override string Why => "Without TLS everybody on the way reads and changes the mail.";

    public override string Expected => "STARTTLS, with TLS 1.2 or later";

    public override string Mend => "Exchange: Set-ReceiveConnector -TlsCertificateName, and Enable-ExchangeCertificate -Services SMTP; Postfix: smtpd_tls_security_level = may with smtpd_tls_chain_files";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, hello) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        if (hello.Extension("STARTTLS") is null)
            return Finding.Fail("STARTTLS is not offered");
        try
        {
            await talk.StartTlsAsync();
            await talk.HelloAsync();
            return Finding.Pass("STARTTLS, and EHLO behind it");
        }
        catch (CannotLookException problem)
        {
            return Finding.Fail("STARTTLS is offered and does not work: " + problem.Message);
        }
    }
}
