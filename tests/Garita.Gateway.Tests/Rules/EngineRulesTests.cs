using Garita.Gateway.Evidence.Engines;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Rules;

public sealed class EngineRulesTests
{
    private static readonly EngineSettings Clam = new() { Kind = EngineKind.ClamAv, Address = new BackendAddress("127.0.0.1", 1, IsUnix: false, IsLmtp: false) };
    private static readonly EngineSettings Spam = Clam with { Kind = EngineKind.Rspamd };
    private static readonly ScoreSettings Limits = new() { TagAt = 3, QuarantineAt = 5, RejectAt = 8 };

    [Fact]
    public void A_virus_is_refused_and_its_name_recorded()
    {
        var facts = new EngineFacts([new EngineAnswer(Spam, EngineStatus.Down), new EngineAnswer(Clam, EngineStatus.Scanned, "Eicar")]);
        Assert.Equal("clamav: Eicar", RulePages.AssertBreach(RuleCatalogue.Virus, facts, "554 5.7.1").Detail);
        RulePages.AssertPass(RuleCatalogue.Virus, new EngineFacts([new EngineAnswer(Clam, EngineStatus.Scanned)]));
        RulePages.AssertPass(RuleCatalogue.Virus, new EngineFacts([]));
    }

    [Fact]
    public void Who_does_not_scan_defers_tags_or_is_noted()
    {
        var down = new EngineAnswer(Clam, EngineStatus.Down, Detail: "gone");
        Assert.Equal(RuleMode.Reject, RulePages.AssertBreach(RuleCatalogue.Virus, new EngineFacts([down]), "451 4.7.1").AtMost);
        var skipped = down with { Engine = Clam with { WhenDown = WhenEngineDown.Skip } };
        Assert.Equal(RuleMode.Tag, RulePages.AssertBreach(RuleCatalogue.Virus, new EngineFacts([skipped]), "451 4.7.1").AtMost);
        RulePages.AssertAbstain(RuleCatalogue.Virus, new EngineFacts([new EngineAnswer(Clam, EngineStatus.TooLarge, Detail: "big")]));
        // A scoring engine is the other rule's matter.
        RulePages.AssertPass(RuleCatalogue.Virus, new EngineFacts([new EngineAnswer(Spam, EngineStatus.Down)]));
        RulePages.AssertBreach(RuleCatalogue.Score, new ScoreFacts([], [new EngineAnswer(Spam, EngineStatus.Down, Detail: "gone")], Limits), "451 4.7.1");
    }

    [Theory]
    [InlineData(2.9, null)]
    [InlineData(3.0, RuleMode.Tag)]
    [InlineData(5.0, RuleMode.Quarantine)]
    [InlineData(8.0, RuleMode.Reject)]
    public void The_sum_decides(double sum, RuleMode? mode)
    {
        var facts = new ScoreFacts([new ScorePart("spf", 1.5), new ScorePart("rspamd", sum - 1.5)], [], Limits);
        if (mode is null)
        {
            RulePages.AssertPass(RuleCatalogue.Score, facts);
            return;
        }

        var verdict = RulePages.AssertBreach(RuleCatalogue.Score, facts, "550 5.7.1");
        Assert.Equal(mode, verdict.AtMost);
        Assert.StartsWith("spf 1.5 + rspamd ", verdict.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EngineAction.Reject, "550 5.7.1", RuleMode.Reject)]
    [InlineData(EngineAction.Defer, "451 4.7.1", RuleMode.Reject)]
    [InlineData(EngineAction.Tag, "550 5.7.1", RuleMode.Tag)]
    public void An_engine_gets_what_it_asks_for(EngineAction action, string reply, RuleMode mode)
    {
        var facts = new ScoreFacts([], [new EngineAnswer(Spam, EngineStatus.Scanned, Score: 1, Action: action, Detail: "x")], new ScoreSettings());
        Assert.Equal(mode, RulePages.AssertBreach(RuleCatalogue.Score, facts, reply).AtMost);
    }

    [Fact]
    public void Out_of_the_box_the_sum_alone_only_tags() =>
        Assert.Equal(RuleMode.Tag, RuleCatalogue.Score.Judge(new ScoreFacts([new ScorePart("x", 999)], [], new ScoreSettings())).AtMost);
}
