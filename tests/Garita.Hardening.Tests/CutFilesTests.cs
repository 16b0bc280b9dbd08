using Garita.Hardening.Firewall;
using Garita.Hardening.Host;
using Garita.Hardening.Tests.Firewall;
using Xunit;

namespace Garita.Hardening.Tests;

/// <summary>However a file is cut or mixed up, a check says what it found or that it could not look; it does not break.</summary>
public sealed class CutFilesTests
{
    public static TheoryData<string> Ids => [.. CheckCases.All.Select(static known => known.Check.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_check_bears_files_that_end_anywhere(string id)
    {
        var known = CheckCases.Of(id);
        foreach (var prepare in new[] { known.Good, known.Bad })
        {
            var whole = new PreparedRoot();
            prepare(whole);
            foreach (var (path, (text, facts)) in whole.Files.Where(static file => !file.Value.Facts.IsFolder))
            {
                for (var cut = 0; cut < text.Length; cut++)
                {
                    Look(known, prepare, path, text[..cut], facts);
                    Look(known, prepare, path, text[cut..], facts);
                    Look(known, prepare, path, text[..cut] + "\"\\:=,#[(!%@ \n" + text[cut..], facts);
                }
            }
        }
    }

    [Fact]
    public void What_nft_says_is_understood_whole_or_not_at_all()
    {
        var json = Nft.Rulesets(Nft.Chain("inet", "t", "input", "drop", Nft.Loopback, Nft.Established, Nft.PortFrom(22, "@a"), """{"vmap":{"key":{"payload":{"protocol":"tcp","field":"dport"}},"data":{"set":[[25,{"jump":{"target":"x"}}]]}}}""", Nft.Log));
        for (var cut = 0; cut < json.Length; cut++)
            Assert.Throws<CannotLookException>(() => NftReader.Read(json[..cut]));
    }

    [Theory]
    [InlineData("""{"match":{}}""")]
    [InlineData("""{"match":{"op":"=="}}""")]
    [InlineData("""{"match":{"op":"==","left":{},"right":1}}""")]
    [InlineData("""{"match":{"op":"==","left":{"payload":{}},"right":1}}""")]
    [InlineData("""{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"range":[]}}}""")]
    [InlineData("""{"match":{"op":"==","left":{"&":[]},"right":1}}""")]
    [InlineData("""{"match":{"op":"==","left":{"meta":{"key":7}},"right":1}}""")]
    [InlineData("""{"match":{"op":7,"left":{"meta":{"key":"iif"}},"right":1}}""")]
    [InlineData("""{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":{"prefix":{}}}}""")]
    [InlineData("""{"vmap":{}}""")]
    [InlineData("""{"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[[1,{}]]}}}""")]
    [InlineData("""{"set":7}""")]
    [InlineData("""{}""")]
    public void A_rule_of_another_form_is_no_fault(string rule)
    {
        try
        {
            new PreparedRoot().Says(FirewallCases.Ruleset, Nft.Ruleset("inet", "drop", rule + """,{"accept":null}""")).Look(new InputIPv4());
        }
        catch (CannotLookException)
        {
        }
    }

    private static void Look(CheckCase known, Action<PreparedRoot> prepare, string path, string text, FileFacts facts)
    {
        var root = new PreparedRoot();
        prepare(root);
        root.File(path, text, (int)facts.Mode, facts.User, facts.Group);
        try
        {
            var finding = known.Check.Look(CheckCases.Seen(root, known.Check.Roles));
            if (finding.Outcome is Outcome.Fail or Outcome.Warning)
                _ = known.Check.Repair(CheckCases.Seen(root, known.Check.Roles));
        }
        catch (CannotLookException)
        {
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            Assert.Fail($"{path} as {text}: {e}");
        }
    }
}
