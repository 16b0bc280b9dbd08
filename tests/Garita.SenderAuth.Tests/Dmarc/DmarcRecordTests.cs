using CsCheck;
using Garita.SenderAuth.Dmarc;
using Xunit;

namespace Garita.SenderAuth.Tests.Dmarc;

public sealed class DmarcRecordTests
{
    [Theory]
    [InlineData("v=DMARC1")]
    [InlineData("v=DMARC1;")]
    [InlineData("v = DMARC1 ; p=none")]
    [InlineData("V=DMARC1;p=none")]
    public void Begins_like_one(string text) => Assert.NotNull(DmarcRecord.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("v")]
    [InlineData("v=")]
    [InlineData("v=dmarc1; p=none")]
    [InlineData("v=DMARC10; p=none")]
    [InlineData("v=DMARC1 p=none")]
    [InlineData(" v=DMARC1; p=none")]
    [InlineData("p=none; v=DMARC1")]
    [InlineData("v=spf1 -all")]
    public void Does_not_begin_like_one(string text) => Assert.Null(DmarcRecord.Parse(text));

    [Fact]
    public void Every_tag_is_read()
    {
        var record = DmarcRecord.Parse("v=DMARC1; p=Reject; sp=quarantine; np=none; adkim=s; aspf=S; t=y; psd=n; fo=1:d:s; pct=7; rf=afrf; ri=86400; x=y; rua=mailto:a@example.com!10m, mailto:b%2Bc@example.com?subject=x ; ruf=mailto:r@example.com")!;
        Assert.Equal((DmarcPolicy.Reject, DmarcPolicy.Quarantine, DmarcPolicy.None), (record.P, record.Sp, record.Np));
        Assert.True(record is { StrictDkim: true, StrictSpf: true, IsTesting: true, IsPublicSuffix: false, HasReportUri: true, HasInvalidPolicy: false, Problem: null });
        Assert.Equal("1:d:s", record.FailureOptions);
        Assert.Equal(["a@example.com", "b+c@example.com"], record.AggregateAddresses.Select(static one => one.ToString()), StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_absent_has_its_default()
    {
        var record = DmarcRecord.Parse("v=DMARC1")!;
        Assert.True(record is { P: null, Sp: null, Np: null, StrictDkim: false, StrictSpf: false, IsTesting: false, IsPublicSuffix: null, HasReportUri: false, FailureOptions: "0", Problem: null });
    }

    [Theory]
    [InlineData("p=rejekt")]
    [InlineData("p=")]
    [InlineData("p=none; sp=no")]
    [InlineData("p=none; np=x")]
    public void A_policy_that_is_none_is_remembered(string tags)
    {
        var record = DmarcRecord.Parse("v=DMARC1; " + tags)!;
        Assert.True(record.HasInvalidPolicy);
        Assert.NotNull(record.Problem);
    }

    [Theory]
    [InlineData("p=none; adkim=x")]
    [InlineData("p=none; t=2")]
    [InlineData("p=none; fo=9")]
    [InlineData("p=none; psd=maybe")]
    [InlineData("p=none; nonsense")]
    [InlineData("p=none; =x")]
    [InlineData("p=none; p=reject")]
    [InlineData("p=none; adkim=s\u00e9")]
    [InlineData("p=none; rua=nonsense")]
    public void Other_errors_are_defaults_and_said(string tags)
    {
        var record = DmarcRecord.Parse("v=DMARC1; " + tags)!;
        Assert.Equal(DmarcPolicy.None, record.P);
        Assert.True(record is { HasInvalidPolicy: false, StrictDkim: false, IsTesting: false, IsPublicSuffix: null, FailureOptions: "0" });
        Assert.NotNull(record.Problem);
    }

    [Theory]
    [InlineData("https://example.com/report", true, 0)]
    [InlineData("mailto:", false, 0)]
    [InlineData("mailto:nobody", true, 0)]
    [InlineData("mailto:a@[192.0.2.1]", true, 0)]
    [InlineData("mailto:a%0d%0aRCPT@example.com", true, 0)]
    [InlineData("mailto:a%zz@example.com", true, 0)]
    [InlineData("mailto:a b@example.com", false, 0)]
    [InlineData(":a@example.com", false, 0)]
    [InlineData("mailto:a@example.com,mailto:a@example.com,,mailto:b@example.com", true, 2)]
    [InlineData("mailto:1@e.test,mailto:2@e.test,mailto:3@e.test,mailto:4@e.test,mailto:5@e.test,mailto:6@e.test", true, 5)]
    public void Addresses_of_reports(string list, bool hasUri, int addresses)
    {
        var record = DmarcRecord.Parse("v=DMARC1; p=none; rua=" + list)!;
        Assert.Equal(hasUri, record.HasReportUri);
        Assert.Equal(addresses, record.AggregateAddresses.Count);
    }

    [Fact]
    public void Nothing_makes_it_throw() =>
        Gen.Select(Gen.OneOf("v=DMARC1;", "v = DMARC1 ;", "v=DMARC1"), Gen.String[Gen.Char, 0, 200], Gen.OneOf("p=", "sp=reject;", "rua=mailto:", "%", ",", "!", ";;", "psd=y;")).Array[1, 6]
            .Sample(static parts =>
            {
                var text = string.Concat(parts.Select(static part => part.Item1 + part.Item2 + part.Item3));
                var record = DmarcRecord.Parse(text);
                Assert.True(record is null || record.AggregateAddresses.All(static one => System.Text.Ascii.IsValid(one.ToString()) && !one.ToString().Any(char.IsControl)));
            }, iter: 5000);

    [Fact]
    public void A_flood_of_tags_is_cut_off()
    {
        var record = DmarcRecord.Parse("v=DMARC1; " + string.Concat(Enumerable.Range(0, 100).Select(static i => $"a{i}=b;")) + "p=reject")!;
        Assert.Null(record.P);
        Assert.Null(DmarcRecord.Parse("v=DMARC1; p=reject;" + new string('a', 5000)));
    }
}
