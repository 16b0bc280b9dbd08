using System.Security.Cryptography;

namespace Garita.Hardening.Probes;

internal sealed class OldTls : MailProbe
{
    public override string Id => "no-old-tls";

    public override string Title => "TLS 1.0 is not spoken any more";

    public override string Why => "TLS 1.0 and its ciphers can be broken by who sits in between (RFC 8996).";

    public override string Expected => "TLS 1.2 or later";

    public override string Mend => "Exchange: turn TLS 1.0 and 1.1 off in SCHANNEL and .NET (Microsoft: Exchange Server TLS configuration); Postfix: smtpd_tls_protocols = >=TLSv1.2";

    public override async Task<Finding> LookAsync(ProbeTarget target)
    {
        var (talk, hello) = await MailTalk.HelloAsync(target);
        await using var _ = talk;
        if (hello.Extension("STARTTLS") is null)
            return Finding.NotApplicable("STARTTLS is not offered");
        var reply = await talk.AskAsync("STARTTLS");
        if (reply.Code != 220)
            return Finding.Unknown($"it answers STARTTLS with {reply.Text}");
        await talk.SendAsync(ClientHello());
        byte[] head;
        try
        {
            head = await talk.OctetsAsync(5);
        }
        catch (CannotLookException)
        {
            return Finding.Pass("it ends the connection at a hello of TLS 1.0");
        }

        // RFC 2246 §6.2.1: 21 is an alert, 22 the server's hello.
        return head[0] switch
        {
            21 => Finding.Pass("TLS 1.0 is refused"),
            22 => Finding.Fail("it says hello in TLS 1.0"),
            _ => Finding.Unknown("it answers a hello of TLS 1.0 with something that is no TLS"),
        };
    }

    /// <summary>A hello in TLS 1.0, octet by octet (RFC 2246 §7.4.1.2): libraries of today do not say it any more.</summary>
    private static byte[] ClientHello()
    {
        byte[] ciphers = [0xC0, 0x14, 0xC0, 0x13, 0xC0, 0x0A, 0xC0, 0x09, 0x00, 0x39, 0x00, 0x33, 0x00, 0x35, 0x00, 0x2F, 0x00, 0x0A];
        // Curves and their form, for those of elliptic curves (RFC 8422 §5.1).
        byte[] extensions = [0x00, 0x0A, 0x00, 0x06, 0x00, 0x04, 0x00, 0x17, 0x00, 0x18, 0x00, 0x0B, 0x00, 0x02, 0x01, 0x00];
        byte[] body = [0x03, 0x01, .. RandomNumberGenerator.GetBytes(32), 0, 0, (byte)ciphers.Length, .. ciphers, 1, 0, 0, (byte)extensions.Length, .. extensions];
        byte[] hello = [1, 0, 0, (byte)body.Length, .. body];
        return [22, 0x03, 0x01, 0, (byte)hello.Length, .. hello];
    }
}
