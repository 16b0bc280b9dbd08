using System.Text;
using CsCheck;
using Garita.SenderAuth.Dkim;
using Garita.Testing;
using Xunit;

namespace Garita.SenderAuth.Tests.Dkim;

public sealed class DkimTests
{
    private const string Usual = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=k; h=From:To:Subject:Date";
    private const string Name = "k._domainkey.a.example";

    private static readonly byte[] Message = MessageOctets.Lines("From: A <a@a.example>\nTo: b@b.example\nSubject:  one\n  two \nDate: Tue, 24 Nov 2026 12:00:00 +0000\nX-Other: x\n\nHello  there \n\nBye\n\n\n");
    private static readonly string P = Keys.Rsa.Record[(Keys.Rsa.Record.IndexOf("p=", StringComparison.Ordinal) + 2)..];

    [Theory]
    [InlineData("v=DKIM1; p=KEY", DkimStatus.Pass)]
    [InlineData("p=KEY", DkimStatus.Pass)]
    [InlineData("p=KEY;", DkimStatus.Pass)]
    [InlineData("v=DKIM1; k=rsa; n=note; g=*; x=unknown; p=KEY", DkimStatus.Pass)]
    [InlineData("v=DKIM1; h=sha1:sha256; s=other:email; t=s:y:z; p=KEY", DkimStatus.Pass)]
    [InlineData("v=DKIM1; s=*; p=KEY", DkimStatus.Pass)]
    [InlineData("v=DKIM1; h=sha1; p=KEY", DkimStatus.PermError)]
    [InlineData("v=DKIM1; s=tlsrpt; p=KEY", DkimStatus.PermError)]
    [InlineData("v=DKIM1; p=", DkimStatus.PermError)]
    [InlineData("v=DKIM1; k=rsa", DkimStatus.PermError)]
    [InlineData("v=DKIM2; p=KEY", DkimStatus.PermError)]
    [InlineData("p=KEY; v=DKIM1", DkimStatus.PermError)]
    [InlineData("v=DKIM1; k=ed25519; p=KEY", DkimStatus.PermError)]
    [InlineData("v=DKIM1; k=ed25519; p=Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", DkimStatus.PermError)]
    [InlineData("v=DKIM1; k=dsa; p=KEY", DkimStatus.PermError)]
    [InlineData("v=DKIM1; p=KEY; p=KEY", DkimStatus.PermError)]
    [InlineData("v=DKIM1; p=not base64", DkimStatus.PermError)]
    [InlineData("v=DKIM1; p=AAAA", DkimStatus.PermError)]
    [InlineData("v=spf1 -all", DkimStatus.PermError)]
    [InlineData("", DkimStatus.PermError)]
    public async Task Key_records(string record, DkimStatus expected)
    {
        var result = await ResultAsync(HandSigner.Sign(Message, Keys.Rsa, Usual), new FakeDns().Txt(Name, record.Replace("KEY", P, StringComparison.Ordinal)));
        Assert.Equal((expected, "a.example", "k", "@a.example", "rsa-sha256"), (result.Result, result.Domain, result.Selector, result.Identity, result.Algorithm));
        Assert.Equal(record.Contains(":y:", StringComparison.Ordinal), result.Testing);
        Assert.Equal(expected == DkimStatus.Pass ? 2048 : result.KeyBits, result.KeyBits);
    }

    [Theory]
    [InlineData(Usual, DkimStatus.Pass)]
    [InlineData(Usual + "; q=dns/txt; t=1; x=1728000001; z=From:a", DkimStatus.Pass)]
    [InlineData(Usual + "; i=x@sub.a.example", DkimStatus.Pass)]
    [InlineData(Usual + "; i=@A.example", DkimStatus.Pass)]
    [InlineData("v=1; a=rsa-sha256; d=a.example; s=k; h=from", DkimStatus.Pass)]
    [InlineData("v=1;a=rsa-sha256;c=relaxed;d=A.Example;s=K;h= from : to:x-missing:to", DkimStatus.Pass)]
    [InlineData("v=1; a=rsa-sha256; c=simple/relaxed; d=a.example; s=k; h=subject:from", DkimStatus.Pass)]
    [InlineData(Usual + "; x=1727999999", DkimStatus.Fail)]
    [InlineData(Usual + "; x=1728000000", DkimStatus.Pass)]
    [InlineData(Usual + "; t=1728000002; x=1728000001", DkimStatus.PermError)]
    [InlineData(Usual + "; t=x", DkimStatus.PermError)]
    [InlineData(Usual + "; q=http", DkimStatus.PermError)]
    [InlineData(Usual + "; i=x@b.example", DkimStatus.PermError)]
    [InlineData(Usual + "; i=x@ba.example", DkimStatus.PermError)]
    [InlineData(Usual + "; i=nobody", DkimStatus.PermError)]
    [InlineData(Usual + "; l=1x", DkimStatus.PermError)]
    [InlineData(Usual + "; l=1000", DkimStatus.PermError)]
    [InlineData(Usual + "; d=b.example", DkimStatus.PermError)]
    [InlineData("v=2; a=rsa-sha256; d=a.example; s=k; h=from", DkimStatus.PermError)]
    [InlineData("a=rsa-sha256; d=a.example; s=k; h=from", DkimStatus.PermError)]
    [InlineData("v=1; a=rsa-sha256; d=a.example; s=k; h=to:subject", DkimStatus.PermError)]
    [InlineData("v=1; a=rsa-sha256; d=a.example; s=k", DkimStatus.PermError)]
    [InlineData("v=1; a=rsa-sha256; d=a..example; s=k; h=from", DkimStatus.PermError)]
    [InlineData("v=1; a=rsa-sha256; d=a.example; s=k k; h=from", DkimStatus.PermError)]
    [InlineData("v=1; d=a.example; s=k; h=from", DkimStatus.PermError)]
    [InlineData("v=1; a=rsa-sha1; d=a.example; s=k; h=from", DkimStatus.Policy)]
    [InlineData("v=1; a=rsa-sha512; d=a.example; s=k; h=from", DkimStatus.Neutral)]
    [InlineData("v=1; a=rsa-sha256; c=nofws; d=a.example; s=k; h=from", DkimStatus.Neutral)]
    [InlineData("v=1; a=ed25519-sha256; d=a.example; s=k; h=from", DkimStatus.PermError)]
    public async Task Signature_tags(string tags, DkimStatus expected)
    {
        var result = await ResultAsync(HandSigner.Sign(Message, Keys.Rsa, tags), Dns());
        Assert.Equal((expected, expected == DkimStatus.Pass), (result.Result, result.Reason is null));
    }

    [Fact]
    public async Task A_key_for_the_domain_itself_is_not_for_those_below_it()
    {
        var dns = new FakeDns().Txt(Name, "t=s; p=" + P);
        Assert.Equal(DkimStatus.Pass, (await ResultAsync(HandSigner.Sign(Message, Keys.Rsa, Usual + "; i=x@a.example"), dns)).Result);
        Assert.Equal(DkimStatus.PermError, (await ResultAsync(HandSigner.Sign(Message, Keys.Rsa, Usual + "; i=x@sub.a.example"), dns)).Result);
    }

    [Theory]
    [InlineData("l=0", true)]
    [InlineData("l=5", true)]
    [InlineData("l=20", false)]
    [InlineData("q=dns/txt", false)]
    public async Task What_is_left_open_is_told(string tag, bool leavesOpen)
    {
        // Relaxed, the body has 20 octets.
        var result = await ResultAsync(HandSigner.Sign(Message, Keys.Rsa, $"{Usual}; {tag}"), Dns());
        Assert.Equal((DkimStatus.Pass, leavesOpen, !leavesOpen), (result.Result, result.LeavesBodyUncovered, result.VouchesForAll));
        result = await ResultAsync([.. HandSigner.Sign(Message, Keys.Rsa, $"{Usual}; {tag}"), .. "appended\r\n"u8], Dns());
        Assert.Equal(tag[0] == 'l' ? DkimStatus.Pass : DkimStatus.Fail, result.Result);
        Assert.False(result.VouchesForAll);
    }

    [Fact]
    public async Task A_second_author_on_top_spoils_a_signature_that_names_one()
    {
        var signed = HandSigner.Sign(Message, Keys.Rsa, Usual);
        Assert.Equal(DkimStatus.PermError, (await ResultAsync([.. "From: forged@b.example\r\n"u8, .. signed], Dns())).Result);
        var sealedOne = HandSigner.Sign(Message, Keys.Rsa, Usual + ":From");
        Assert.Equal(DkimStatus.Pass, (await ResultAsync(sealedOne, Dns())).Result);
        Assert.Equal(DkimStatus.Fail, (await ResultAsync([.. "From: forged@b.example\r\n"u8, .. sealedOne], Dns())).Result);
    }

    [Fact]
    public async Task Several_signatures_each_with_its_result_and_each_key_asked_once()
    {
        var dns = Dns().Txt("e._domainkey.a.example", Keys.Ed25519.Record).Txt("w._domainkey.a.example", Keys.Rsa1024.Record).Fail("d._domainkey.a.example");
        var signed = HandSigner.Sign(Message, Keys.Rsa, Usual);
        signed = HandSigner.Sign(signed, Keys.Ed25519, Usual.Replace("rsa", "ed25519", StringComparison.Ordinal).Replace("s=k", "s=e", StringComparison.Ordinal));
        signed = HandSigner.Sign(signed, Keys.Rsa, Usual.Replace("s=k", "s=d", StringComparison.Ordinal));
        signed = HandSigner.Sign(signed, Keys.Rsa, Usual.Replace("s=k", "s=n", StringComparison.Ordinal));
        signed = HandSigner.Sign(signed, Keys.Rsa1024, Usual.Replace("s=k", "s=w", StringComparison.Ordinal));
        signed = HandSigner.Sign(signed, Keys.Rsa, Usual.Replace("c=relaxed/relaxed; ", "", StringComparison.Ordinal));
        foreach (var piece in (int[])[int.MaxValue, 1])
        {
            dns.Asked.Clear();
            var results = (await MessageOctets.VerifyAsync(signed, dns, piece: piece)).Dkim;
            Assert.Equal("pass 2048,pass 1024,permerror 0,temperror 0,pass 256,pass 2048", string.Join(',', results.Select(static one => $"{one.Result.Name()} {one.KeyBits}")));
            Assert.Equal(5, dns.Asked.Count);
            Assert.Equal(8, results[0].SignatureStart.Length);
        }
    }

    [Fact]
    public async Task Keys_of_a_size_that_is_not_accepted()
    {
        using var small = System.Security.Cryptography.RSA.Create(768);
        using var large = System.Security.Cryptography.RSA.Create();
        // Nobody waits for such a key to be made: its modulus is enough, for nothing is verified with it.
        large.ImportParameters(new() { Modulus = [0x80, .. new byte[1150], 1], Exponent = [1, 0, 1] });
        foreach (var rsa in new[] { small, large })
        {
            var dns = new FakeDns().Txt(Name, "p=" + Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()));
            var result = await ResultAsync(HandSigner.Sign(Message, Keys.Rsa, Usual), dns);
            Assert.Equal((DkimStatus.Policy, rsa.KeySize), (result.Result, result.KeyBits));
        }
    }

    [Fact]
    public async Task Of_several_records_the_first_that_is_a_key()
    {
        var dns = new FakeDns().Txt(Name, "v=spf1 -all", Keys.Rsa.Record, "p=");
        Assert.Equal(DkimStatus.Pass, (await ResultAsync(HandSigner.Sign(Message, Keys.Rsa, Usual), dns)).Result);
    }

    [Fact]
    public async Task No_more_than_ten_signatures()
    {
        var signed = Message;
        for (var i = 0; i < 12; i++)
            signed = HandSigner.Sign(signed, Keys.Ed25519, Usual.Replace("rsa", "ed25519", StringComparison.Ordinal));
        Assert.Equal(10, (await MessageOctets.VerifyAsync(signed, new FakeDns().Txt(Name, Keys.Ed25519.Record))).Dkim.Count(static one => one.Result == DkimStatus.Pass));
    }

    [Fact]
    public async Task A_header_beyond_all_bounds_is_not_read()
    {
        var signed = HandSigner.Sign(Message, Keys.Rsa, Usual);
        var tail = Encoding.Latin1.GetBytes($"X: {new string('x', 256 * 1024)}\r\n");
        Assert.Equal((DkimStatus.PermError, ""), ((await ResultAsync([.. tail, .. signed], Dns())).Result, (await ResultAsync([.. tail, .. signed], Dns())).Domain));
        var many = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("X: x\r\n", 1001)));
        Assert.Equal(DkimStatus.PermError, (await ResultAsync([.. many, .. signed], Dns())).Result);
        Assert.Equal(DkimStatus.Pass, (await ResultAsync([.. many.AsSpan(0, 6 * 900), .. signed], Dns())).Result);
    }

    [Fact]
    public async Task Nothing_is_asked_or_hashed_for_a_message_without_signatures()
    {
        var dns = Dns();
        using var stream = new PieceStream([.. Message, .. new byte[100_000]], 1000);
        var results = await MessageSignatures.VerifyAsync(stream, dns, DateTimeOffset.UnixEpoch, null, CancellationToken.None);
        Assert.Empty(results.Dkim);
        Assert.Empty(dns.Asked);
        Assert.Equal(1000, stream.Position);
    }

    [Fact]
    public async Task Ours_verify_whatever_the_message_and_a_change_is_seen() =>
        await Gen.Select(RandomMessages.Any, Gen.Int[0, 1], Gen.Int[1, 100], Gen.Int[0, int.MaxValue]).SampleAsync(async (message, which, piece, place) =>
        {
            var key = which == 0 ? Keys.Rsa : Keys.Ed25519;
            using var stream = new PieceStream(message, piece);
            var field = await new DkimSigner("a.example", "k", key) { ValidFor = TimeSpan.FromDays(7) }.SignAsync(stream, DateTimeOffset.UnixEpoch.AddDays(20_000));
            byte[] signed = [.. field!, .. message];
            var dns = new FakeDns().Txt(Name, key.Record);
            var result = await ResultAsync(signed, dns, piece);
            Assert.True(result.Result == DkimStatus.Pass, $"{result.Reason}\n{Encoding.Latin1.GetString(signed)}");
            Assert.All(Encoding.Latin1.GetString(field!).Split("\r\n"), static line => Assert.InRange(line.Length, 0, 78));
            // Any letter of the body matters.
            var body = SignedFields.Read(signed).Length;
            var letters = Enumerable.Range(body, signed.Length - body).Where(i => char.IsAsciiLetter((char)signed[i])).ToList();
            if (letters.Count == 0)
                return;
            signed[letters[place % letters.Count]] ^= 1;
            Assert.Equal(DkimStatus.Fail, (await ResultAsync(signed, dns, piece)).Result);
        }, iter: 500, threads: 1);

    [Fact]
    public async Task Nobody_can_add_a_field_that_readers_see()
    {
        using var stream = new MemoryStream(Message);
        var field = await new DkimSigner("a.example", "k", Keys.Rsa).SignAsync(stream, DateTimeOffset.UnixEpoch);
        byte[] signed = [.. field!, .. Message];
        Assert.Equal(DkimStatus.Pass, (await ResultAsync([.. "Received: x\r\n"u8, .. signed], Dns())).Result);
        foreach (var name in (string[])["From", "To", "Cc", "Subject", "Date", "Reply-To", "Content-Type", "MIME-Version"])
            Assert.NotEqual(DkimStatus.Pass, (await ResultAsync([.. Encoding.Latin1.GetBytes(name + ": x\r\n"), .. signed], Dns())).Result);
        using var nobody = new MemoryStream(MessageOctets.Lines("To: x\n\nx\n"));
        Assert.Null(await new DkimSigner("a.example", "k", Keys.Rsa).SignAsync(nobody, DateTimeOffset.UnixEpoch));
        Assert.Throws<ArgumentException>(static () => new DkimSigner("a..example", "k", Keys.Rsa));
        Assert.Throws<ArgumentException>(static () => new DkimSigner("a.example", "K;", Keys.Rsa));
    }

    private static FakeDns Dns() => new FakeDns().Txt(Name, Keys.Rsa.Record);

    private static async Task<DkimResult> ResultAsync(byte[] message, FakeDns dns, int piece = int.MaxValue) =>
        Assert.Single((await MessageOctets.VerifyAsync(message, dns, piece: piece)).Dkim);
}
