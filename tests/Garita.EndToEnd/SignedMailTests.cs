using System.Security.Cryptography;
using System.Text;
using Garita.Gateway.Tests.Evidence.Dns;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Signed mail through the program, keys from a DNS server: RSA and Ed25519 verify, what was changed is marked, and the record says why.</summary>
public sealed class SignedMailTests : Scene
{
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("From: a@a.example\r\nTo: anna@example.com\r\nSubject: signed\r\n\r\nHello\r\n");

    [Fact]
    public async Task Signatures_are_verified_and_broken_ones_marked()
    {
        using var rsa = RSA.Create(2048);
        using var rsaKey = DkimPrivateKey.Read(rsa.ExportPkcs8PrivateKeyPem(), out _)!;
        using var edKey = DkimPrivateKey.Read(PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. RandomNumberGenerator.GetBytes(32)]), out _)!;
        using var dns = new LoopbackDns();
        dns.Add("r._domainkey.a.example", LoopbackDns.Txt, 60, LoopbackDns.Text([.. rsaKey.Record.Chunk(200).Select(static piece => new string(piece))]));
        dns.Add("e._domainkey.a.example", LoopbackDns.Txt, 60, LoopbackDns.Text(edKey.Record));
        await using var server = new ScriptedServer(["PIPELINING"]);
        var gateway = await ServeAsync(port => Head(port).Replace("127.0.0.1:9", dns.Address.ToString(), StringComparison.Ordinal).Replace("100 ms", "5 s", StringComparison.Ordinal)
            + Tenant("acme", "example.com", Loopback(server.Port)) + "[tenant.recipients]\nsource = \"any\"\n");
        var byRsa = await SignAsync("r", rsaKey);
        var byEd = await SignAsync("e", edKey);
        byte[] sealedOne = [.. (await new ArcSealer("a.example", "r", rsaKey).SealAsync(new MemoryStream(byRsa), ArcStatus.None, "a.example; dkim=pass", TimeProvider.System.GetUtcNow()))!, .. byRsa];

        using var peer = await SmtpPeer.GreetAsync(gateway.Port);
        Assert.DoesNotContain("X-Garita-Rule", await ThroughAsync(byRsa), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Garita-Rule", await ThroughAsync(byEd), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Garita-Rule", await ThroughAsync(sealedOne), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Garita-Rule", await ThroughAsync(Message), StringComparison.Ordinal);
        Assert.Contains("X-Garita-Rule: dkim\n", await ThroughAsync([.. byRsa, .. "changed\r\n"u8]), StringComparison.Ordinal);
        Assert.Contains("X-Garita-Rule: dkim\n", await ThroughAsync([.. "Subject: another\r\n"u8, .. byEd]), StringComparison.Ordinal);
        await ExplainAsync(gateway, "127.0.0.1", "fail of a.example: the body was changed");
        // Every message that is signed asks for its key; the resolver's cache answers.
        Assert.Single(dns.Questions, static question => question.EndsWith(" r._domainkey.a.example", StringComparison.Ordinal));

        async Task<string> ThroughAsync(byte[] message)
        {
            await peer.SayAsync("MAIL FROM:<>", "250");
            await peer.SayAsync("RCPT TO:<anna@example.com>", "250");
            await peer.SayAsync("DATA", "354");
            await peer.SendAsync((byte[])[.. message, .. ".\r\n"u8]);
            await peer.ExpectAsync("250");
            Assert.True(server.Messages.TryDequeue(out var arrived));
            return arrived;
        }
    }

    private static async Task<byte[]> SignAsync(string selector, DkimPrivateKey key) =>
        [.. (await new DkimSigner("a.example", selector, key).SignAsync(new MemoryStream(Message), TimeProvider.System.GetUtcNow()))!, .. Message];
}
