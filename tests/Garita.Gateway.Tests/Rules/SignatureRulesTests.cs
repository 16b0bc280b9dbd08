using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Rules;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Xunit;

namespace Garita.Gateway.Tests.Rules;

/// <summary>The rules that read the signatures of a message.</summary>
public sealed class SignatureRulesTests
{
    private static readonly DkimResult Pass = new(DkimStatus.Pass, "a.example", "s");
    private static readonly DkimResult Fail = new(DkimStatus.Fail, "b.example", "s") { Reason = "the body was changed" };

    [Fact]
    public void One_good_signature_is_enough()
    {
        Assert.Equal(Verdict.Pass, Judge(Pass));
        Assert.Equal(Verdict.Pass, Judge(Fail, Pass));
        Assert.Equal(Verdict.Pass, Judge(Fail with { Result = DkimStatus.TempError }, Pass));
        Assert.Equal(Verdict.Pass, Judge());
    }

    [Theory]
    [InlineData(DkimStatus.Fail)]
    [InlineData(DkimStatus.Policy)]
    [InlineData(DkimStatus.PermError)]
    public void A_broken_one_alone_is_a_breach(DkimStatus status)
    {
        var verdict = Judge(Fail with { Result = status });
        Assert.True(verdict.IsBreach);
        Assert.Equal((550, "5.7.20", $"{status.Name()} of b.example: the body was changed"), (verdict.Code, verdict.Enhanced.ToString(), verdict.Detail));
    }

    [Fact]
    public void One_that_lets_text_be_appended_is_a_breach() =>
        Assert.Equal("pass of a.example, but it does not cover the whole body (l=)", Judge(Pass with { LeavesBodyUncovered = true }).Detail);

    [Fact]
    public void Tests_and_what_nobody_can_read_are_no_breach()
    {
        Assert.Equal(Verdict.Pass, Judge(Fail with { Testing = true }));
        Assert.Equal(Verdict.Pass, Judge(Fail with { Result = DkimStatus.Neutral }));
    }

    [Fact]
    public void Where_DNS_is_silent_nothing_is_known() =>
        Assert.Equal(VerdictKind.Abstain, Judge(Fail, Fail with { Result = DkimStatus.TempError }).Kind);

    [Fact]
    public void A_chain()
    {
        Assert.Equal(Verdict.Pass, Chain(ArcResult.None));
        Assert.Equal(Verdict.Pass, Chain(new(ArcStatus.Pass, [new(1, "a.example", "a.example", "x")])));
        Assert.Equal(VerdictKind.Abstain, Chain(new(ArcStatus.Fail, [], "seal 1: no answer", IsTransient: true)).Kind);
        var verdict = Chain(new(ArcStatus.Fail, [], "a set is not whole"));
        Assert.Equal((true, 550, "5.7.29", "a set is not whole"), (verdict.IsBreach, verdict.Code, verdict.Enhanced.ToString(), verdict.Detail));
    }

    private static Verdict Judge(params DkimResult[] results) => new Gateway.Rules.Dkim().Judge(new MessageAuthFacts(results, ArcResult.None));

    private static Verdict Chain(ArcResult chain) => new Gateway.Rules.Arc().Judge(new MessageAuthFacts([], chain));
}
