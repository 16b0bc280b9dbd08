using Garita.SenderAuth.Dkim;
using Garita.Testing;
using Xunit;

namespace Garita.SenderAuth.Tests.Dkim;

/// <summary>The signed messages of dkimpy and mail-auth, with the results that their README names; each whole and an octet at a time.</summary>
public sealed class ConformanceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("001", "pass,pass")]
    [InlineData("002", "pass")]
    [InlineData("003", "pass,pass")]
    [InlineData("004", "pass")]
    [InlineData("005", "fail")]
    [InlineData("006", "pass")]
    public async Task Mail_auth(string number, string expected)
    {
        var octets = MessageOctets.File(Conformance.PathOf($"dkim/mail-auth-{number}.txt"));
        var border = octets.AsSpan().IndexOf("\r\n\r\n"u8);
        var dns = new FakeDns();
        foreach (var line in System.Text.Encoding.Latin1.GetString(octets, 0, border).Split("\r\n"))
        {
            var (name, record) = (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            dns.Txt(name, record);
        }

        await AssertAsync(octets[(border + 4)..], dns, expected);
    }

    [Fact]
    public async Task An_expired_signature_passed_before()
    {
        var octets = MessageOctets.File(Conformance.PathOf("dkim/mail-auth-005.txt"));
        var border = octets.AsSpan().IndexOf("\r\n\r\n"u8);
        var line = System.Text.Encoding.Latin1.GetString(octets, 0, border).Split(' ', 2);
        var results = await MessageOctets.VerifyAsync(octets[(border + 4)..], new FakeDns().Txt(line[0], line[1]), DateTimeOffset.FromUnixTimeSeconds(1667930063));
        Assert.Equal((DkimStatus.Pass, 1024), (results.Dkim[0].Result, results.Dkim[0].KeyBits));
    }

    [Theory]
    [InlineData("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test.txt", "pass")]
    [InlineData("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test2.txt", "pass")]
    [InlineData("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "badk.txt", "permerror")]
    [InlineData("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "badversion.txt", "permerror")]
    [InlineData("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test_bad.txt", "permerror")]
    [InlineData("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test_tlsrpt.txt", "permerror")]
    [InlineData("rfc6376.signed.msg", "test._domainkey.football.example.com", "test.txt", "permerror,pass")]
    [InlineData("ed25519test2.msg", "", "eximtest.dns", "pass")]
    [InlineData("test.message.baddomain", "test._domainkey.legitimate.com", "test.txt", "permerror")]
    [InlineData("test2.message", "", "", "permerror")]
    [InlineData("message.mbox", "", "", "permerror")]
    [InlineData("rfc6376.msg", "", "", "")]
    [InlineData("rfc6376.w1258.msg", "", "", "")]
    [InlineData("test.message", "", "", "")]
    [InlineData("test_extra.message", "", "", "")]
    [InlineData("test_nofrom.message", "", "", "")]
    public async Task Dkimpy(string message, string name, string key, string expected)
    {
        var octets = MessageOctets.File(Conformance.PathOf("dkim/dkimpy-data/" + message));
        var dns = new FakeDns();
        if (key.Length > 0)
        {
            var record = (await File.ReadAllTextAsync(Conformance.PathOf("dkim/dkimpy-data/" + key), TestContext.Current.CancellationToken)).Trim();
            dns.Txt(name.Length > 0 ? name : KeyName(octets), record);
        }

        await AssertAsync(octets, dns, expected);
    }

    private static string KeyName(byte[] octets)
    {
        var fields = SignedFields.Read(octets);
        var field = fields.All.First(field => fields.Is(field, "DKIM-Signature"u8));
        return DkimSignature.Read(fields.Value(field), SignatureKind.Dkim, Now).KeyName;
    }

    private static async Task AssertAsync(byte[] octets, FakeDns dns, string expected)
    {
        foreach (var piece in (int[])[int.MaxValue, 1])
        {
            var results = await MessageOctets.VerifyAsync(octets, dns, Now, piece);
            Assert.Equal(expected, string.Join(',', results.Dkim.Select(static one => one.Result.Name())));
            Assert.All(results.Dkim, static one => Assert.Equal(one.Result == DkimStatus.Pass, one.Reason is null));
        }
    }
}
