using Garita.SenderAuth.Dmarc;
using Xunit;

namespace Garita.SenderAuth.Tests.Dmarc;

public sealed class DmarcCheckTests
{
    [Fact]
    public async Task The_longest_walk_asks_eight_names()
    {
        var dns = new FakeDns();
        var outcome = await Check(dns, "a.b.c.d.e.f.g.h.i.j.mail.example.com");
        Assert.Equal(DmarcResult.None, outcome.Result);
        Assert.Equal(
            [
                "TXT _dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com", "TXT _dmarc.g.h.i.j.mail.example.com", "TXT _dmarc.h.i.j.mail.example.com", "TXT _dmarc.i.j.mail.example.com",
                "TXT _dmarc.j.mail.example.com", "TXT _dmarc.mail.example.com", "TXT _dmarc.example.com", "TXT _dmarc.com",
            ],
            dns.Asked);
    }

    [Theory]
    [InlineData("a.example.com", "example.com")]
    [InlineData("1.2.3.4.5.6.7", "2.3.4.5.6.7")]
    [InlineData("1.2.3.4.5.6.7.8", "2.3.4.5.6.7.8")]
    [InlineData("0.1.2.3.4.5.6.7.8", "2.3.4.5.6.7.8")]
    [InlineData("com", null)]
    public void Steps_of_the_walk(string from, string? to) => Assert.Equal(to, TreeWalk.Next(from));

    // RFC 9989 §4.10.2: the examples.
    [Theory]
    [InlineData("a.mail.example.com", "example.com", "mail.example.com:p=none", "example.com:p=none")]
    [InlineData("a.mail.example.com", "mail.example.com", "mail.example.com:p=none; psd=n", "example.com:p=none")]
    [InlineData("a.mail.example.com", "example.com", "com:p=none; psd=y")]
    [InlineData("a.mail.example.com", "mail.example.com", "example.com:p=none; psd=y")]
    [InlineData("a.mail.example.com", "a.mail.example.com")]
    [InlineData("example.com", "example.com", "example.com:p=none; psd=y", "com:p=none; psd=y")]
    public async Task Organizational_domains(string domain, string organization, params string[] records)
    {
        var path = await new TreeWalk(Zone(records), CancellationToken.None).WalkAsync(domain);
        Assert.Equal(organization, path.OrganizationalDomain);
    }

    // RFC 9989 §4.10.1: the author's domain, its organisation, its public suffix.
    [Theory]
    [InlineData("a.example.com", "a.example.com", DmarcPolicy.Quarantine, "a.example.com:p=quarantine; sp=reject", "example.com:p=reject")]
    [InlineData("a.example.com", "example.com", DmarcPolicy.Reject, "example.com:p=none; sp=reject")]
    [InlineData("a.example.com", "example.com", DmarcPolicy.Reject, "example.com:p=reject")]
    [InlineData("a.b.example.com", "example.com", DmarcPolicy.Reject, "b.example.com:p=none", "example.com:p=reject")]
    [InlineData("a.b.example.com", "b.example.com", DmarcPolicy.Quarantine, "b.example.com:p=quarantine; psd=n", "example.com:p=reject")]
    [InlineData("a.example.com", "com", DmarcPolicy.Quarantine, "com:p=none; sp=quarantine; psd=y")]
    [InlineData("example.com", "com", DmarcPolicy.Quarantine, "com:p=none; sp=quarantine; psd=y")]
    [InlineData("example.com", "example.com", DmarcPolicy.None, "example.com:p=none", "com:p=reject; psd=y")]
    [InlineData("a.b.example.com", "com", DmarcPolicy.Reject, "b.example.com:p=none", "com:p=reject; psd=y")]
    public async Task Which_record_applies(string author, string at, DmarcPolicy asked, params string[] records)
    {
        var outcome = await Check(Zone(records).A(author, "192.0.2.1"), author);
        Assert.Equal((DmarcResult.Fail, at, asked), (outcome.Result, outcome.PolicyDomain, outcome.Asked));
    }

    [Theory]
    [InlineData("p=reject; np=none", true, DmarcPolicy.Reject)]
    [InlineData("p=reject; np=none", false, DmarcPolicy.None)]
    [InlineData("p=none; np=reject", true, DmarcPolicy.None)]
    [InlineData("p=none; np=reject", false, DmarcPolicy.Reject)]
    [InlineData("p=none; sp=quarantine; np=reject", true, DmarcPolicy.Quarantine)]
    [InlineData("p=none; sp=quarantine", false, DmarcPolicy.Quarantine)]
    public async Task Names_that_do_not_exist(string tags, bool exists, DmarcPolicy asked)
    {
        var dns = Zone($"example.com:{tags}");
        if (exists)
            dns.Mx("a.example.com", "mx.example.com");
        Assert.Equal(asked, (await Check(dns, "a.example.com")).Asked);
    }

    [Fact]
    public async Task Where_nobody_can_tell_whether_a_name_exists_the_milder_policy_holds() =>
        Assert.Equal(DmarcPolicy.Quarantine, (await Check(Zone("example.com:p=quarantine; np=reject").Fail("a.example.com"), "a.example.com")).Asked);

    [Theory]
    [InlineData("reject", DmarcPolicy.Reject, DmarcPolicy.Quarantine)]
    [InlineData("quarantine", DmarcPolicy.Quarantine, DmarcPolicy.None)]
    [InlineData("none", DmarcPolicy.None, DmarcPolicy.None)]
    public async Task Testing_lowers_by_one(string p, DmarcPolicy policy, DmarcPolicy asked)
    {
        var outcome = await Check(Zone($"example.com:p={p}; t=y"), "example.com");
        Assert.Equal((policy, asked, true), (outcome.Policy, outcome.Asked, outcome.IsTesting));
    }

    [Fact]
    public async Task A_percentage_is_ignored() => Assert.Equal(DmarcPolicy.Reject, (await Check(Zone("example.com:p=reject; pct=0"), "example.com")).Asked);

    // RFC 9989 §4.4, table 1, and more.
    [Theory]
    [InlineData("news.example.com", "foo.example.com", "r", true)]
    [InlineData("news.example.com", "example.com", "r", true)]
    [InlineData("news.example.com", "NEWS.example.com.", "s", true)]
    [InlineData("news.example.com", "foo.example.com", "s", false)]
    [InlineData("news.example.com", "foo.example.net", "r", false)]
    [InlineData("news.example.com", "com", "r", false)]
    [InlineData("news.example.com", "badexample.com", "r", false)]
    [InlineData("news.example.com", "own.example.com", "r", false)]
    [InlineData("news.example.com", "[192.0.2.1]", "r", false)]
    [InlineData("news.example.com", "", "r", false)]
    public async Task Alignment(string author, string identifier, string mode, bool aligned)
    {
        var dns = Zone($"example.com:p=reject; adkim={mode}; aspf={mode}", "own.example.com:p=none; psd=n");
        var passed = new Identifier(identifier, IdentifierState.Passed);
        var bySpf = await Check(dns, author, passed);
        var byDkim = await Check(dns, author, null, passed);
        Assert.Equal((aligned, false), (bySpf.SpfAligned, bySpf.DkimAligned));
        Assert.Equal((false, aligned), (byDkim.SpfAligned, byDkim.DkimAligned));
        Assert.Equal(aligned ? DmarcResult.Pass : DmarcResult.Fail, bySpf.Result);
        Assert.Equal(bySpf.Result, byDkim.Result);
    }

    [Fact]
    public async Task International_domains_are_compared_as_a_labels()
    {
        var dns = Zone("xn--bcher-kva.example:p=reject");
        Assert.Equal(DmarcResult.Pass, (await Check(dns, "bücher.example", new Identifier("mail.xn--bcher-kva.example", IdentifierState.Passed))).Result);
    }

    [Fact]
    public async Task The_usual_message_costs_one_question()
    {
        var dns = Zone("example.com:p=reject");
        Assert.Equal(DmarcResult.Pass, (await Check(dns, "example.com", new Identifier("example.com", IdentifierState.Passed))).Result);
        Assert.Equal(DmarcResult.Fail, (await Check(dns, "example.com", new Identifier("evil.test", IdentifierState.Passed), new Identifier("evil.example", IdentifierState.Passed))).Result);
        Assert.Equal(["TXT _dmarc.example.com", "TXT _dmarc.example.com"], dns.Asked);
    }

    [Fact]
    public async Task Strangers_signatures_cost_no_question_each()
    {
        var dns = Zone("example.com:p=reject");
        var signatures = Enumerable.Range(0, 1000).Select(static i => new Identifier($"a.b.c.d.e.f.g.{i}.stranger.com", IdentifierState.Passed)).ToArray();
        Assert.Equal(DmarcResult.Fail, (await Check(dns, "example.com", null, signatures)).Result);
        Assert.Equal(2, dns.Asked.Count);
        // Its own names cost what the walks cost, for so many signatures at most.
        var own = Enumerable.Range(0, 1000).Select(static i => new Identifier($"a.b.c.d.e.f.g.{i}.x.com", IdentifierState.Passed)).ToArray();
        dns = Zone("x.com:p=reject; adkim=s");
        Assert.Equal(DmarcResult.Fail, (await Check(dns, "a.x.com", null, own)).Result);
        dns = Zone("x.com:p=reject").Txt("_dmarc.0.x.com", "v=DMARC1; psd=n");
        _ = await Check(dns, "a.x.com", null, [.. own.Take(1)]);
        Assert.InRange(dns.Asked.Count, 3, 12);
    }

    [Fact]
    public async Task Without_an_answer_there_is_neither_pass_nor_fail()
    {
        Assert.Equal(DmarcResult.TempError, (await Check(new FakeDns().Fail("_dmarc.example.com"), "example.com")).Result);
        Assert.Equal(DmarcResult.TempError, (await Check(new FakeDns().Fail("_dmarc.com"), "example.com")).Result);
        // The record is there, but whether they belong together is not known.
        var dns = Zone("a.example.com:p=reject").Fail("_dmarc.example.com");
        var outcome = await Check(dns, "a.example.com", new Identifier("b.example.com", IdentifierState.Passed));
        Assert.Equal((DmarcResult.TempError, DmarcPolicy.None), (outcome.Result, outcome.Asked));
        // What is known suffices.
        Assert.Equal(DmarcResult.Pass, (await Check(dns, "a.example.com", new Identifier("a.example.com", IdentifierState.Passed))).Result);
        Assert.Equal(DmarcResult.Fail, (await Check(dns, "a.example.com")).Result);
    }

    [Fact]
    public async Task A_mechanism_that_got_no_answer_might_have_passed()
    {
        var dns = Zone("example.com:p=reject");
        Assert.Equal(DmarcResult.TempError, (await Check(dns, "example.com", new Identifier("example.com", IdentifierState.Unknown))).Result);
        Assert.Equal(DmarcResult.TempError, (await Check(dns, "example.com", null, new Identifier("a.example.com", IdentifierState.Unknown))).Result);
        // Not for a stranger's name, and not where another one passed.
        Assert.Equal(DmarcResult.Fail, (await Check(dns, "example.com", new Identifier("evil.test", IdentifierState.Unknown))).Result);
        Assert.Equal(DmarcResult.Pass, (await Check(dns, "example.com", new Identifier("example.com", IdentifierState.Unknown), new Identifier("example.com", IdentifierState.Passed))).Result);
    }

    // RFC 9989 §4.10.1: broken policies.
    [Theory]
    [InlineData("p=nonsense", DmarcResult.PermError)]
    [InlineData("p=none; sp=nonsense", DmarcResult.PermError)]
    [InlineData("p=nonsense; rua=mailto:a@example.com", DmarcResult.Fail)]
    [InlineData("sp=reject", DmarcResult.None)]
    [InlineData("rua=mailto:a@example.com", DmarcResult.Fail)]
    [InlineData("", DmarcResult.None)]
    public async Task Records_without_a_usable_policy(string tags, DmarcResult result)
    {
        var outcome = await Check(Zone($"example.com:{tags}"), "example.com");
        Assert.Equal((result, DmarcPolicy.None), (outcome.Result, outcome.Asked));
    }

    [Fact]
    public async Task Several_records_are_none()
    {
        var dns = new FakeDns().Txt("_dmarc.a.example.com", "v=DMARC1; p=none", "v=DMARC1; p=none").Txt("_dmarc.example.com", "v=DMARC1; p=reject", "something else");
        var outcome = await Check(dns, "a.example.com");
        Assert.Equal("example.com", outcome.PolicyDomain);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[192.0.2.1]")]
    [InlineData("-.example.com")]
    [InlineData("a..example.com")]
    [InlineData("a b.example.com")]
    [InlineData("a\r\nb.example.com")]
    public async Task What_is_no_domain_is_not_asked_for(string author)
    {
        var dns = new FakeDns();
        Assert.Equal(DmarcResult.None, (await Check(dns, author)).Result);
        Assert.Empty(dns.Asked);
    }

    [Fact]
    public async Task A_name_that_dns_cannot_carry_has_no_record()
    {
        var dns = new FakeDns();
        var outcome = await Check(dns, string.Join('.', Enumerable.Repeat(new string('a', 60), 4)) + ".example");
        Assert.Equal(DmarcResult.None, outcome.Result);
        Assert.All(dns.Asked, static name => Assert.True(name.Length <= 4 + 253));
    }

    private static FakeDns Zone(params string[] records)
    {
        var dns = new FakeDns();
        foreach (var record in records)
        {
            var (domain, tags) = (record[..record.IndexOf(':', StringComparison.Ordinal)], record[(record.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            dns.Txt("_dmarc." + domain, "v=DMARC1; " + tags);
        }

        return dns;
    }

    private static async Task<DmarcOutcome> Check(FakeDns dns, string author, Identifier? spf = null, params Identifier[] dkim) =>
        await DmarcCheck.RunAsync(new DmarcQuery(author, spf, dkim), dns, CancellationToken.None);
}
