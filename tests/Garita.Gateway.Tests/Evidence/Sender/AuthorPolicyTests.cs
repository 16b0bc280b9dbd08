using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Evidence.Sender;
using Garita.Protocols.Message;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Garita.SenderAuth.Dmarc;
using Garita.SenderAuth.Spf;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Sender;

public sealed class AuthorPolicyTests
{
    private readonly AuthorPolicy _policy = new(new Zone(), new ManualTime());

    [Theory]
    [InlineData("reject.test", "reject.test", DmarcResult.Pass, true)]
    [InlineData("reject.test", "mail.reject.test", DmarcResult.Pass, true)]
    [InlineData("reject.test", "other.test", DmarcResult.Fail, false)]
    [InlineData("none.test", "none.test", DmarcResult.None, true)]
    [InlineData("a.none.test", "none.test", DmarcResult.None, true)]
    [InlineData("none.test", "other.test", DmarcResult.None, false)]
    [InlineData("none.test", "test", DmarcResult.None, false)]
    [InlineData("down.test", "other.test", DmarcResult.TempError, false)]
    public async Task By_SPF(string author, string passed, DmarcResult result, bool isAuthenticated)
    {
        var fact = await FindAsync([author], new SpfFact(SpfResult.Pass, passed));
        Assert.Equal((result, isAuthenticated), (fact!.Outcome.Result, fact.IsAuthenticated));
        fact = await FindAsync([author], new SpfFact(SpfResult.None, "x.test"), new DkimResult(DkimStatus.Pass, passed, "s"));
        Assert.Equal((result, isAuthenticated), (fact!.Outcome.Result, fact.IsAuthenticated));
    }

    [Fact]
    public async Task A_signature_that_leaves_something_open_does_not_count() =>
        Assert.Equal(DmarcResult.Fail, (await FindAsync(["reject.test"], null, new DkimResult(DkimStatus.Pass, "reject.test", "s") { LeavesBodyUncovered = true }))!.Outcome.Result);

    [Fact]
    public async Task Mechanisms_without_an_answer_leave_it_open()
    {
        Assert.Equal(DmarcResult.TempError, (await FindAsync(["reject.test"], new SpfFact(SpfResult.TempError, "reject.test")))!.Outcome.Result);
        Assert.Equal(DmarcResult.TempError, (await FindAsync(["reject.test"], null, new DkimResult(DkimStatus.TempError, "reject.test", "s")))!.Outcome.Result);
    }

    [Fact]
    public async Task Of_several_authors_the_worst_counts()
    {
        var fact = await FindAsync(["other.test", "reject.test", "none.test"], new SpfFact(SpfResult.Pass, "other.test"));
        Assert.Equal((DmarcResult.Fail, "reject.test"), (fact!.Outcome.Result, fact.Outcome.AuthorDomain));
        Assert.Null(await FindAsync([], null));
    }

    [Theory]
    [InlineData(ArcStatus.Pass, "lists.test", "mx; dmarc=pass header.from=x", "lists.test")]
    [InlineData(ArcStatus.Pass, "lists.test", "mx; spf=pass", "lists.test")]
    [InlineData(ArcStatus.Pass, "lists.test", "mx; dmarc=fail (p=reject)", null)]
    [InlineData(ArcStatus.Pass, "lists.test", "mx; spf=pass (dmarc=fail; ) smtp.mailfrom=a; DMARC/1 = pass", "lists.test")]
    [InlineData(ArcStatus.Pass, "other.test", "mx; dmarc=pass", null)]
    [InlineData(ArcStatus.Fail, "lists.test", "mx; dmarc=pass", null)]
    public void Trusted_seals(ArcStatus arc, string sealer, string results, string? found) =>
        Assert.Equal(found, TrustedSeals.Find(new ArcResult(arc, [new ArcSet(1, sealer, sealer, results)]), new HashSet<string>(StringComparer.Ordinal) { "lists.test" }));

    [Fact]
    public void A_seal_may_lead_to_an_older_one_of_somebody_trusted()
    {
        HashSet<string> trusted = new(StringComparer.Ordinal) { "a.test", "b.test" };
        Assert.Equal("a.test", TrustedSeals.Find(Chain(("a.test", "mx; dmarc=pass"), ("b.test", "mx; dmarc=fail; arc=pass")), trusted));
        Assert.Null(TrustedSeals.Find(Chain(("x.test", "mx; dmarc=pass"), ("b.test", "mx; dmarc=fail")), trusted));
        Assert.Null(TrustedSeals.Find(null, trusted));
    }

    private static ArcResult Chain(params (string Sealer, string Results)[] hops) =>
        new(ArcStatus.Pass, [.. hops.Select(static (hop, i) => new ArcSet(i + 1, hop.Sealer, hop.Sealer, hop.Results))]);

    private ValueTask<DmarcFact?> FindAsync(string[] authors, SpfFact? spf, params DkimResult[] signatures) =>
        _policy.FindAsync(new AuthorReadings(authors, false, ""), spf, new MessageAuthFacts(signatures, ArcResult.None));

    private sealed class Zone : IDnsResolver
    {
        public ValueTask<DnsAnswer<string>> TextsAsync(string name) => new(name switch
        {
            "_dmarc.reject.test" => new DnsAnswer<string>(DnsStatus.Found, ["v=DMARC1; p=reject"]),
            "_dmarc.other.test" => new DnsAnswer<string>(DnsStatus.Found, ["v=DMARC1; p=none"]),
            "_dmarc.down.test" => new DnsAnswer<string>(DnsStatus.Failed, []),
            _ => new DnsAnswer<string>(DnsStatus.NoName, []),
        });

        public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) => throw new NotSupportedException();

        public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family) => new(new DnsAnswer<IPAddress>(DnsStatus.NoName, []));

        public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain) => throw new NotSupportedException();
    }
}
