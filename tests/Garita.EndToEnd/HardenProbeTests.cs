using System.Text.Json;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>The probes from outside against Debian's Postfix, as it should not be and as it should.</summary>
public sealed class HardenProbeTests : IDisposable
{
    // Not for its owner alone: Postfix serves as a user of its own.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"garita-probe-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task They_tell_a_bad_Postfix_from_a_good_one()
    {
        Assert.SkipUnless(PostfixServer.IsInstalled, "needs Debian's postfix, and root");
        await using (var bad = await PostfixServer.StartAsync(Path.Combine(_folder, "bad"), "smtpd_banner = $myhostname ESMTP $mail_name $mail_version", "smtpd_forbid_bare_newline = no"))
        {
            var (code, found) = await AskAsync(bad.Port);
            Assert.Equal(1, code);
            foreach (var id in (string[])["banner-tells-little", "no-relay", "offers-tls", "unknown-recipients"])
                Assert.True(found[id] is "fail", $"{id}: {found[id]}");
        }

        using var authority = new TestCertificates(Path.Combine(_folder, "tls"));
        var (certificate, key) = authority.Make("postfix", "localhost", 9);
        await using var good = await PostfixServer.StartAsync(
            Path.Combine(_folder, "good"), "smtpd_banner = $myhostname ESMTP", "mynetworks = 192.0.2.1", "disable_vrfy_command = yes", "smtpd_tls_security_level = may",
            "smtpd_tls_cert_file = " + certificate, "smtpd_tls_key_file = " + key, "smtpd_tls_protocols = >=TLSv1.2", "smtpd_recipient_restrictions = check_recipient_access regexp:{{/^nobody/ 550 5.1.1 unknown}}, permit");
        var (exit, now) = await AskAsync(good.Port);
        foreach (var id in (string[])["banner-tells-little", "no-verify", "no-relay", "unknown-recipients", "offers-tls", "no-old-tls", "clean-starttls", "no-plain-login", "no-ntlm-names"])
            Assert.True(now[id] is "pass", $"{id}: {now[id]}");
        // Signed by an authority that this machine does not know.
        Assert.Equal("warning", now["good-certificate"]);
        Assert.Equal(0, exit);
    }

    private static async Task<(int Code, Dictionary<string, string> Found)> AskAsync(int port)
    {
        string[] ids = ["banner-tells-little", "no-verify", "no-relay", "unknown-recipients", "no-bare-newline", "offers-tls", "no-old-tls", "good-certificate", "clean-starttls", "no-plain-login", "no-ntlm-names"];
        var (code, text) = await Tool.TryAsync(RunningGateway.Command(["harden", "probe", $"127.0.0.1:{port}", "--to", "anna@example.com", "--json", "--only", .. ids]));
        using var json = JsonDocument.Parse(text);
        return (code, json.RootElement.GetProperty("probes").EnumerateArray().ToDictionary(static one => one.GetProperty("id").GetString()!, static one => one.GetProperty("outcome").GetString()!, StringComparer.Ordinal));
    }
}
