using System.Text;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>STARTTLS towards a real Postfix that takes no mail without it.</summary>
public sealed class BackendTlsTests : Scene
{
    [Fact]
    public async Task Mail_goes_under_TLS_where_the_server_is_who_it_should_be()
    {
        await using var authority = new TestAuthority("right");
        await using var stranger = new TestAuthority("wrong");
        var (_, pin) = authority.Issue(Folder, "postfix", "mail.example.com");
        var (_, otherPin) = stranger.Issue(Folder, "stranger", "mail.example.com");
        TestAuthority.Put(Path.Combine(Folder, "ca.pem"), authority.Root.ExportCertificatePem());
        TestAuthority.Put(Path.Combine(Folder, "other.pem"), stranger.Root.ExportCertificatePem());
        var postfix = await PostfixAsync($"""
            smtpd_tls_security_level = encrypt
            smtpd_tls_cert_file = {Folder}/postfix.pem
            smtpd_tls_key_file = {Folder}/postfix.key
            smtpd_tls_received_header = yes
            virtual_mailbox_domains = ca.example, pin.example, free.example, otherca.example, otherpin.example, othername.example, system.example, none.example
            """);
        var address = Loopback(postfix.Port);
        var gateway = await ServeAsync(port => Head(port)
            + Tenant("ca", "ca.example", address, $"tls = \"required\"\nca = \"{Folder}/ca.pem\"\ntls_name = \"mail.example.com\"")
            + Tenant("pin", "pin.example", address, $"tls = \"required\"\npin = \"{pin}\"")
            + Tenant("free", "free.example", address, "tls = \"opportunistic\"")
            + Tenant("otherca", "otherca.example", address, $"tls = \"required\"\nca = \"{Folder}/other.pem\"\ntls_name = \"mail.example.com\"")
            + Tenant("otherpin", "otherpin.example", address, $"tls = \"required\"\npin = \"{otherPin}\"")
            + Tenant("othername", "othername.example", address, $"tls = \"required\"\nca = \"{Folder}/ca.pem\"\ntls_name = \"mx.example.com\"")
            + Tenant("system", "system.example", address, "tls = \"required\"\ntls_name = \"mail.example.com\""));

        string[] good = ["ca.example", "pin.example", "free.example"];
        foreach (var domain in good)
        {
            using var peer = await SmtpPeer.GreetAsync(gateway.Port);
            await peer.DeliverAsync("anna@" + domain, domain);
        }

        // Whoever else answers gets nothing, and the sender keeps its message.
        foreach (var domain in new[] { "otherca.example", "otherpin.example", "othername.example", "system.example" })
        {
            using var peer = await SmtpPeer.GreetAsync(gateway.Port);
            await peer.DeliverAsync("anna@" + domain, domain, "451 4.4.1");
            await gateway.WaitForLogAsync($"Backend {address} of {domain[..domain.IndexOf('.', StringComparison.Ordinal)]}: the TLS handshake failed");
        }

        var all = (await postfix.WaitForAsync(good.Length, TimeSpan.FromSeconds(20))).Select(Encoding.Latin1.GetString).ToList();
        Assert.Equal(good.Length, all.Count);
        foreach (var domain in good)
        {
            var mail = Assert.Single(all, text => text.Contains($"Subject: {domain}\n", StringComparison.Ordinal));
            Assert.Contains("(using TLSv1.3 with cipher", mail, StringComparison.Ordinal);
            Assert.Contains("(Postfix) with ESMTPS id", mail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Required_never_goes_without_and_opportunistic_does()
    {
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port)
            + Tenant("required", "required.example", Loopback(server.Port), "tls = \"required\"\ntls_name = \"mail.example.com\"")
            + Tenant("free", "free.example", Loopback(server.Port), "tls = \"opportunistic\""));
        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        await peer.DeliverAsync("anna@required.example", "kept", "451 4.4.1");
        await peer.DeliverAsync("anna@free.example", "sent");
        Assert.Contains("Subject: sent", Assert.Single(server.Messages), StringComparison.Ordinal);
        await gateway.WaitForLogAsync("TLS is required and it offers none");
    }
}
