using System.Text;
using CsCheck;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Garita.SenderAuth.Tests.Dkim;
using Garita.Testing;
using Xunit;

namespace Garita.SenderAuth.Tests.Arc;

public sealed class ArcSealerTests
{
    private const string Found = "mx.a.example;\r\n\tspf=pass smtp.mailfrom=b.example;  dkim=pass (good) header.d=b.example;\r\n\tdmarc=pass header.from=b.example";
    private static readonly byte[] Message = MessageOctets.Lines("DKIM-Signature: x\nFrom: A <a@a.example>\nSubject: one\n\nHello\n");
    private static readonly FakeDns Dns = new FakeDns().Txt("k._domainkey.a.example", Keys.Rsa.Record).Txt("k._domainkey.b.example", Keys.Ed25519.Record);

    [Fact]
    public async Task Hops_that_change_the_message_and_seal_it()
    {
        var message = Message;
        var state = ArcStatus.None;
        for (var hop = 1; hop <= 4; hop++)
        {
            byte[] changed = [.. message, .. Encoding.ASCII.GetBytes($"footer {hop}\r\n")];
            message = [.. (await SealAsync(changed, state, hop % 2 == 0))!, .. changed];
            foreach (var piece in (int[])[int.MaxValue, 1])
            {
                var chain = (await MessageOctets.VerifyAsync(message, Dns, piece: piece)).Arc;
                Assert.Equal((ArcStatus.Pass, null, hop), (chain.Status, chain.Reason, chain.Sets.Count));
                Assert.Equal(hop % 2 == 0 ? "b.example" : "a.example", chain.Sets[^1].Sealer);
                Assert.Equal("mx.a.example; spf=pass smtp.mailfrom=b.example; dkim=pass (good) header.d=b.example; dmarc=pass header.from=b.example", chain.Sets[^1].AuthenticationResults);
                state = chain.Status;
            }
        }

        Assert.Equal("message signature 4: the body was changed", (await MessageOctets.VerifyAsync([.. message, .. "more\r\n"u8], Dns)).Arc.Reason);
        // What an earlier hop said cannot be changed: its seal and all later ones cover it.
        var text = Encoding.Latin1.GetString(message);
        var first = text.LastIndexOf("dmarc=pass", StringComparison.Ordinal);
        Assert.StartsWith("seal 1:", (await MessageOctets.VerifyAsync(Encoding.Latin1.GetBytes(text[..first] + "dmarc=fail" + text[(first + 10)..]), Dns)).Arc.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_failed_is_sealed_as_such_once()
    {
        byte[] message = [.. (await SealAsync(Message, ArcStatus.None))!, .. Message, .. "changed\r\n"u8];
        Assert.Equal(ArcStatus.Fail, (await MessageOctets.VerifyAsync(message, Dns)).Arc.Status);
        var seal = await SealAsync(message, ArcStatus.Fail);
        Assert.Contains("cv=fail;", Encoding.ASCII.GetString(seal!), StringComparison.Ordinal);
        message = [.. seal!, .. message];
        Assert.Equal("the chain had failed before", (await MessageOctets.VerifyAsync(message, Dns)).Arc.Reason);
        Assert.Null(await SealAsync(message, ArcStatus.Fail));
    }

    [Fact]
    public async Task Fifty_sets_and_no_more()
    {
        var message = Message;
        var state = ArcStatus.None;
        for (var hop = 1; hop <= 50; hop++)
        {
            message = [.. (await SealAsync(message, state, true))!, .. message];
            state = ArcStatus.Pass;
        }

        Assert.Equal((ArcStatus.Pass, 50), ((await MessageOctets.VerifyAsync(message, Dns)).Arc.Status, (await MessageOctets.VerifyAsync(message, Dns)).Arc.Sets.Count));
        Assert.Null(await SealAsync(message, ArcStatus.Pass));
        var more = Encoding.ASCII.GetBytes("ARC-Seal: i=51; cv=pass; a=rsa-sha256; d=a.example; s=k; b=AAAA\r\n");
        Assert.Equal("a field has no instance", (await MessageOctets.VerifyAsync([.. more, .. message], Dns)).Arc.Reason);
    }

    [Fact]
    public async Task DNS_that_is_silent_is_told_apart()
    {
        byte[] message = [.. (await SealAsync(Message, ArcStatus.None))!, .. Message];
        var chain = (await MessageOctets.VerifyAsync(message, new FakeDns().Fail("k._domainkey.a.example"))).Arc;
        Assert.Equal((ArcStatus.Fail, true), (chain.Status, chain.IsTransient));
        chain = (await MessageOctets.VerifyAsync(message, new FakeDns())).Arc;
        Assert.Equal((ArcStatus.Fail, false), (chain.Status, chain.IsTransient));
    }

    // Found by fuzzing: the first line would have gone on with our last field.
    [Theory]
    [InlineData(" x\r\nFrom: a@b.example\r\n\r\nx\r\n")]
    [InlineData("\rFrom: a@b.example\r\n\r\nx\r\n")]
    public async Task Nothing_is_put_before_a_message_that_begins_with_white_space(string text)
    {
        var message = Encoding.Latin1.GetBytes(text);
        Assert.Null(await SealAsync(message, ArcStatus.None));
        Assert.Null(await new DkimSigner("a.example", "k", Keys.Rsa).SignAsync(new MemoryStream(message), DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task Any_message_can_be_sealed() =>
        await Gen.Select(RandomMessages.Any, Gen.Bool).SampleAsync(async (message, other) =>
        {
            byte[] first = [.. (await SealAsync(message, ArcStatus.None, other))!, .. message];
            byte[] second = [.. (await SealAsync(first, ArcStatus.Pass, !other))!, .. first];
            var chain = (await MessageOctets.VerifyAsync(second, Dns)).Arc;
            Assert.True(chain.Status == ArcStatus.Pass, $"{chain.Reason}\n{Encoding.Latin1.GetString(second)}");
        }, iter: 100, threads: 1);

    private static async Task<byte[]?> SealAsync(byte[] message, ArcStatus received, bool other = false)
    {
        using var stream = new MemoryStream(message);
        var sealer = other ? new ArcSealer("b.example", "k", Keys.Ed25519) : new ArcSealer("a.example", "k", Keys.Rsa);
        return await sealer.SealAsync(stream, received, Found, DateTimeOffset.UnixEpoch.AddDays(19_000));
    }
}
