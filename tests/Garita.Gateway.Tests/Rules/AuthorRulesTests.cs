using Garita.Gateway.Evidence.Impersonation;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Rules;
using Garita.SenderAuth.Dmarc;
using Xunit;
using static Garita.Gateway.Tests.Rules.RulePages;

namespace Garita.Gateway.Tests.Rules;

public sealed class AuthorRulesTests
{
    private static readonly AuthorFacts Nothing = new(null, new ImpersonationFact(null, false, false, null), null, "spf fail of x.test");

    [Theory]
    [InlineData(DmarcPolicy.Reject, RuleMode.Reject)]
    [InlineData(DmarcPolicy.Quarantine, RuleMode.Quarantine)]
    public void Dmarc_does_what_is_asked(DmarcPolicy asked, RuleMode most)
    {
        var verdict = AssertBreach(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.Fail, asked) }, "550 5.7.26");
        Assert.Equal(most, verdict.AtMost);
        Assert.Contains("fail of x.test", verdict.Detail, StringComparison.Ordinal);
        Assert.Contains("spf fail of x.test", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Dmarc_passes_what_nobody_asks_to_refuse()
    {
        AssertPass(new Dmarc(), Nothing);
        AssertPass(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.Fail, DmarcPolicy.None) });
        AssertPass(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.Pass, DmarcPolicy.None) });
        AssertPass(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.None, DmarcPolicy.None) });
    }

    [Fact]
    public void Dmarc_abstains_where_it_cannot_tell_and_for_trusted_forwarders()
    {
        AssertAbstain(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.TempError, DmarcPolicy.None) });
        AssertAbstain(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.PermError, DmarcPolicy.None) });
        AssertAbstain(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.Fail, DmarcPolicy.Reject), Forwarder = "a listed forwarder" });
    }

    [Fact]
    public void Dmarc_quarantines_more_authors_than_are_checked() =>
        Assert.Equal(RuleMode.Quarantine, AssertBreach(new Dmarc(), Nothing with { Dmarc = Fact(DmarcResult.Pass, DmarcPolicy.None) with { HasTooManyAuthors = true } }, "550 5.7.26").AtMost);

    [Fact]
    public void Display_name()
    {
        AssertPass(new DisplayName(), Nothing);
        AssertPass(new DisplayName(), Nothing with { Impersonation = null });
        AssertBreach(new DisplayName(), Nothing with { Impersonation = new ImpersonationFact("Anna Muster", false, false, null) }, "550 5.7.1");
        AssertBreach(new DisplayName(), Nothing with { Impersonation = new ImpersonationFact(null, true, false, null) }, "550 5.7.1");
    }

    [Theory]
    [InlineData(DmarcResult.Fail, false, true)]
    [InlineData(DmarcResult.None, false, true)]
    [InlineData(DmarcResult.None, true, false)]
    [InlineData(DmarcResult.Fail, true, false)]
    [InlineData(DmarcResult.Pass, true, false)]
    [InlineData(DmarcResult.TempError, false, false)]
    public void Look_alike_of_our_own_domain(DmarcResult result, bool isAuthenticated, bool breach)
    {
        var facts = new AuthorFacts(Fact(result, DmarcPolicy.None) with { IsAuthenticated = isAuthenticated }, new ImpersonationFact(null, false, true, null), null, "");
        if (breach)
            AssertBreach(new LookAlike(), facts, "550 5.7.1");
        else
            AssertPass(new LookAlike(), facts);
        AssertPass(new LookAlike(), facts with { Forwarder = "a listed forwarder" });
        AssertPass(new LookAlike(), facts with { Impersonation = new ImpersonationFact(null, false, false, null) });
    }

    [Theory]
    [InlineData(Likeness.Confusable)]
    [InlineData(Likeness.NearlySame)]
    [InlineData(Likeness.OtherSuffix)]
    [InlineData(Likeness.Addition)]
    [InlineData(Likeness.Beginning)]
    public void Look_alike(Likeness likeness) =>
        AssertBreach(new LookAlike(), Nothing with { Impersonation = new ImpersonationFact(null, false, false, new LookAlikeFact("exarnple.com", "example.com", likeness)) }, "550 5.7.1");

    private static DmarcFact Fact(DmarcResult result, DmarcPolicy asked) =>
        new(new DmarcOutcome { Result = result, AuthorDomain = "x.test", PolicyDomain = "x.test", Policy = asked, Asked = asked, Problem = "DNS did not answer" }, false, false);
}
