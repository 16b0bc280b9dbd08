using Garita.Protocols.Address;
using Garita.SenderAuth.Dmarc;
using Xunit;

namespace Garita.SenderAuth.Tests.Dmarc;

public sealed class ReportDestinationTests
{
    [Fact]
    public async Task Within_the_organisation_nobody_is_asked()
    {
        var dns = new FakeDns().Txt("_dmarc.example.com", "v=DMARC1; p=none");
        Assert.Equal(["a@example.com", "b@mail.example.com"], await FindAsync(dns, "example.com", "a@example.com", "b@mail.example.com"), StringComparer.Ordinal);
        Assert.DoesNotContain(dns.Asked, static name => name.Contains("_report", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Others_must_agree()
    {
        var dns = new FakeDns().Txt("blue.example.com._report._dmarc.red.example.net", "v=DMARC1");
        Assert.Equal(["reports@red.example.net"], await FindAsync(dns, "blue.example.com", "reports@red.example.net", "victim@example.org"), StringComparer.Ordinal);
        Assert.Contains(dns.Asked, static name => name.EndsWith(" blue.example.com._report._dmarc.example.org", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v=spf1 -all")]
    [InlineData("nonsense")]
    [InlineData("v=DMARC1; rua=mailto:x@elsewhere.test")]
    public async Task What_is_no_agreement(string text) =>
        Assert.Empty(await FindAsync(new FakeDns().Txt("example.com._report._dmarc.other.test", text), "example.com", "a@other.test"));

    [Fact]
    public async Task They_may_name_another_address_of_theirs() =>
        Assert.Equal(["b@other.test"], await FindAsync(new FakeDns().Txt("example.com._report._dmarc.other.test", "v=DMARC1; rua=mailto:b@other.test"), "example.com", "a@other.test"), StringComparer.Ordinal);

    [Fact]
    public async Task Without_an_answer_it_is_left_open()
    {
        var targets = await ReportDestinations.FindAsync("example.com", [Address("a@other.test")], new FakeDns().Fail("example.com._report._dmarc.other.test"), CancellationToken.None);
        Assert.Empty(targets.Addresses);
        Assert.True(targets.IsUnknown);
    }

    [Fact]
    public async Task A_name_that_dns_cannot_carry_is_no_agreement()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('a', 60), 3)) + ".example";
        Assert.Empty(await FindAsync(new FakeDns(), domain, "a@" + new string('b', 60) + ".test"));
    }

    private static async Task<IEnumerable<string>> FindAsync(FakeDns dns, string domain, params string[] addresses) =>
        (await ReportDestinations.FindAsync(domain, [.. addresses.Select(Address)], dns, CancellationToken.None)).Addresses.Select(static one => one.ToString());

    private static Mailbox Address(string text)
    {
        Assert.True(PathParser.TryParseMailbox(text, out var mailbox));
        return mailbox!;
    }
}
