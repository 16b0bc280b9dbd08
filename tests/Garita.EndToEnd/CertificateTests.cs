using Xunit;

namespace Garita.EndToEnd;

/// <summary>Certificates from files: chosen by name, renewed while mail flows, kept where the new ones are broken.</summary>
public sealed class CertificateTests : Scene
{
    private const string Two = """
        [[certificate]]
        certificate = "first.pem"
        key = "first.key"
        [[certificate]]
        certificate = "second.pem"
        key = "second.key"

        """;

    private string Files => Path.Combine(Folder, "gateway");

    [Fact]
    public async Task The_name_that_is_asked_for_chooses_the_certificate()
    {
        await using var authority = new TestAuthority("names");
        Directory.CreateDirectory(Files);
        var (first, _) = authority.Issue(Files, "first", "gw.example.com");
        var (second, _) = authority.Issue(Files, "second", "mx.example.net", "*.example.org");
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + Two + Tenant("acme", "example.com", Loopback(server.Port)));

        foreach (var (name, expected) in new[] { ("gw.example.com", first), ("mx.example.net", second), ("MX.Example.Net", second), ("any.example.org", second), ("other.example", first), (null, first) })
        {
            using var peer = await SmtpPeer.GreetAsync(gateway.Port);
            await peer.StartTlsAsync(name, authority.Root);
            Assert.True(string.Equals(expected, peer.Certificate!.SerialNumber, StringComparison.Ordinal), $"{name}: {peer.Certificate.Subject}");
            // The issuer came with it, or the root alone would not lead there.
            Assert.Equal("", peer.ChainProblem);
        }

        using var client = await SmtpPeer.GreetAsync(gateway.Port);
        await client.StartTlsAsync("mx.example.net", authority.Root);
        await client.DeliverAsync("anna@example.com", "under TLS");
        Assert.Contains("with ESMTPS id", Assert.Single(server.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_none_gets_the_first_certificate()
    {
        await using var authority = new TestAuthority("odd");
        Directory.CreateDirectory(Files);
        authority.Issue(Files, "first", "gw.example.com");
        authority.Issue(Files, "second", "mx.example.net");
        var gateway = await ServeAsync(port => Head(port) + Two + Tenant("acme", "example.com", Loopback(RunningGateway.FreePort())));

        foreach (var name in new[] { "..", "a..b", "-bad-.example", "under_score.example", "with space" })
        {
            var (_, text) = await RunAsync("openssl", "QUIT\n", "s_client", "-starttls", "smtp", "-connect", Loopback(gateway.Port), "-servername", name, "-crlf", "-ign_eof");
            Assert.Contains("subject=CN = gw.example.com", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("fault of ours", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_files_are_used_without_restart_and_broken_ones_are_not()
    {
        await using var authority = new TestAuthority("renewal");
        Directory.CreateDirectory(Files);
        var (old, _) = authority.Issue(Files, "first", "gw.example.com");
        authority.Issue(Files, "second", "mx.example.net");
        await using var server = new ScriptedServer([]);
        var gateway = await ServeAsync(port => Head(port) + Two + Tenant("acme", "example.com", Loopback(server.Port)));
        using var session = await SmtpPeer.GreetAsync(gateway.Port);
        await session.StartTlsAsync("gw.example.com", authority.Root);
        Assert.Equal(old, session.Certificate!.SerialNumber);

        // Broken: the old one stays, and it is said once.
        var (pem, key) = (Path.Combine(Files, "first.pem"), Path.Combine(Files, "first.key"));
        TestAuthority.Put(pem, "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n");
        await gateway.WaitForLogAsync("the old one stays");
        Assert.Contains(pem, gateway.Log, StringComparison.Ordinal);
        Assert.Equal(old, await SerialAsync(gateway));

        // A certificate whose key has not come yet.
        var (renewed, _) = authority.Issue(Files, "next", "gw.example.com");
        File.Move(Path.Combine(Files, "next.pem"), pem, overwrite: true);
        await gateway.WaitForLogAsync("the old one stays", times: 2);
        Assert.Equal(old, await SerialAsync(gateway));
        File.Move(Path.Combine(Files, "next.key"), key, overwrite: true);
        await gateway.WaitForLogAsync($"certificate {pem} was renewed");
        Assert.Equal(renewed, await SerialAsync(gateway));

        // The session from before goes on.
        await session.DeliverAsync("anna@example.com", "from before");
        await session.SayAsync("QUIT", "221");
        Assert.Single(server.Messages);

        // The other one is watched as well; a file that is away changes nothing.
        File.Delete(Path.Combine(Files, "second.key"));
        await gateway.WaitForLogAsync("the old one stays", times: 3);
        var (other, _) = authority.Issue(Files, "second", "mx.example.net");
        await gateway.WaitForLogAsync($"certificate {Path.Combine(Files, "second.pem")} was renewed");
        Assert.Equal(other, await SerialAsync(gateway, "mx.example.net"));
        Assert.Equal(renewed, await SerialAsync(gateway));
    }

    [Fact]
    public async Task Reload_takes_other_certificates_and_keeps_the_old_where_they_are_broken()
    {
        await using var authority = new TestAuthority("reload");
        Directory.CreateDirectory(Files);
        authority.Issue(Files, "first", "gw.example.com");
        var (second, _) = authority.Issue(Files, "second", "mx.example.net");
        var one = Two[..Two.IndexOf("[[", 3, StringComparison.Ordinal)];
        var gateway = await ServeAsync(port => Head(port) + one + Tenant("acme", "example.com", Loopback(RunningGateway.FreePort())));
        Assert.DoesNotContain(second, await SerialAsync(gateway, "mx.example.net"), StringComparison.Ordinal);

        var settings = await File.ReadAllTextAsync(gateway.SettingsFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(gateway.SettingsFile, settings.Replace(one, Two, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var (code, said) = await gateway.RunAsync("reload");
        Assert.True(code == 0, said);
        Assert.Equal(second, await SerialAsync(gateway, "mx.example.net"));

        TestAuthority.Put(Path.Combine(Files, "second.key"), "nothing");
        (code, said) = await gateway.RunAsync("reload");
        Assert.True(code == 1, said);
        Assert.Contains("certificate " + Path.Combine(Files, "second.pem"), said, StringComparison.Ordinal);
        Assert.Contains("Settings were reloaded, but certificate", gateway.Log, StringComparison.Ordinal);
        Assert.Equal(second, await SerialAsync(gateway, "mx.example.net"));
    }

    private static async Task<string> SerialAsync(RunningGateway gateway, string name = "gw.example.com")
    {
        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        await peer.StartTlsAsync(name);
        return peer.Certificate!.SerialNumber;
    }
}
