using System.Text;
using CsCheck;
using Garita.Gateway.Evidence.Impersonation;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Settings;
using Garita.Protocols.Message;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Impersonation;

public sealed class ImpersonationWatchTests : IDisposable
{
    private readonly string _list = Path.Combine(Path.GetTempPath(), "garita-psl-" + Guid.NewGuid().ToString("N"));
    private readonly ManualTime _time = new();
    private readonly PublicSuffixFile _suffixes;
    private readonly ImpersonationWatch _watch;

    public ImpersonationWatchTests()
    {
        File.WriteAllText(_list, "com\norg\nnet\nco.uk\n");
        _suffixes = new PublicSuffixFile(_list, _time, NullLogger.Instance);
        _watch = new ImpersonationWatch(_suffixes);
    }

    private static TenantSettings Tenant { get; } = new()
    {
        Name = "acme",
        Domains = ["example.com", "xn--mller-bau-q9a.co.uk"],
        Backends = new BackendSettings { Smtp = [] },
        Impersonation = new ImpersonationSettings
        {
            People = ["Anna Müller", "Bo"],
            Allowed = new HashSet<string>(StringComparer.Ordinal) { "anna@home.net", "@travel.net" },
            Domains = ["brand.org"],
        },
    };

    public void Dispose() => File.Delete(_list);

    [Theory]
    [InlineData("Anna Müller <x@evil.net>", "Anna Müller")]
    [InlineData("\"MULLER, Anna\" <x@evil.net>", "Anna Müller")]
    [InlineData("Dr. Anna B. Müller <x@evil.net>", "Anna Müller")]
    [InlineData("\"Аnna Мüllеr\" <x@evil.net>", "Anna Müller")]
    [InlineData("\"An\u200bna Mu\u0308ller\" <x@evil.net>", "Anna Müller")]
    [InlineData("Ａｎｎａ Ｍüller <x@evil.net>", "Anna Müller")]
    [InlineData("x@evil.net (Anna Müller)", "Anna Müller")]
    [InlineData("=?utf-8?Q?Anna_M=C3=BCller?= <x@evil.net>", "Anna Müller")]
    [InlineData("Bo <x@evil.net>", "Bo")]
    [InlineData("Bo Berg <x@evil.net>", null)]
    [InlineData("Anna Schmidt <x@evil.net>", null)]
    [InlineData("Anna Müller <anna@example.com>", null)]
    [InlineData("Anna Müller <anna@sub.example.com>", null)]
    [InlineData("Anna Müller <Anna@home.net>", null)]
    [InlineData("Anna Müller <x@travel.net>", null)]
    [InlineData("Anna Müller <anna@example.com>, x@evil.net", "Anna Müller")]
    public async Task People(string from, string? person) => Assert.Equal(person, (await FindAsync(from)).Person);

    [Theory]
    [InlineData("\"boss@example.com\" <x@evil.net>", true)]
    [InlineData("\"boss@EXAMPLE.com via list\" <x@evil.net>", true)]
    [InlineData("\"boss@ехample.com\" <x@evil.net>", true)]
    [InlineData("\"boss＠example.com\" <x@evil.net>", true)]
    [InlineData("\"boss@example.community\" <x@evil.net>", false)]
    [InlineData("\"boss@example.com.evil.net\" <x@evil.net>", false)]
    [InlineData("\"x@evil.net\" <x@evil.net>", false)]
    [InlineData("\"boss@example.com\" <boss@example.com>", false)]
    public async Task Addresses_as_names(string from, bool found) => Assert.Equal(found, (await FindAsync(from)).HasOwnAddress);

    [Theory]
    [InlineData("exarnple.com", Likeness.Confusable)]
    [InlineData("examp1e.com", Likeness.Confusable)]
    [InlineData("xn--xample-2of.com", Likeness.Confusable)]
    [InlineData("exampel.com", Likeness.NearlySame)]
    [InlineData("examples.com", Likeness.NearlySame)]
    [InlineData("exmple.com", Likeness.NearlySame)]
    [InlineData("example.org", Likeness.OtherSuffix)]
    [InlineData("mail.example.co.uk", Likeness.OtherSuffix)]
    [InlineData("example-support.com", Likeness.Addition)]
    [InlineData("my-example-bank.net", Likeness.Addition)]
    [InlineData("example.com.evil.net", Likeness.Beginning)]
    [InlineData("muller-bau.co.uk", Likeness.Confusable)]
    [InlineData("mueller-bauu.co.uk", Likeness.NearlySame)]
    [InlineData("brand.net", Likeness.OtherSuffix)]
    [InlineData("example.com", null)]
    [InlineData("sub.example.com", null)]
    [InlineData("brand.org", null)]
    [InlineData("sample.com", null)]
    [InlineData("exams.com", null)]
    [InlineData("com", null)]
    [InlineData("unrelated.net", null)]
    public async Task Domains(string domain, Likeness? likeness)
    {
        Assert.Equal(likeness, (await FindAsync($"<x@{domain}>")).LookAlike?.Likeness);
        Assert.Equal(likeness, (await FindAsync("<x@unrelated.net>", domain)).LookAlike?.Likeness);
    }

    [Fact]
    public async Task Own_domains_are_known()
    {
        Assert.True((await FindAsync("<x@example.com>")).IsOwnDomain);
        Assert.True((await FindAsync("<x@a.b.example.com>")).IsOwnDomain);
        Assert.False((await FindAsync("<x@notexample.com>")).IsOwnDomain);
        Assert.False((await FindAsync("<x@brand.org>")).IsOwnDomain);
    }

    [Fact]
    public async Task The_list_is_read_again_when_it_has_changed()
    {
        var before = await _suffixes.GetAsync();
        Assert.Same(before, await _suffixes.GetAsync());
        await File.WriteAllTextAsync(_list, "com\nuk\nco.uk\nac.uk\n", TestContext.Current.CancellationToken);
        Assert.Same(before, await _suffixes.GetAsync());
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(4, (await _suffixes.GetAsync()).Count);
        _suffixes.Apply(_list + "-missing");
        Assert.Equal(4, (await _suffixes.GetAsync()).Count);
    }

    [Fact]
    public void A_skeleton_of_anything() => Gen.String[Gen.Char, 0, 300].Sample(static text => !ConfusableText.Skeleton(text).Contains('m'), iter: 5000);

    private async Task<ImpersonationFact> FindAsync(string from, string? sender = null)
    {
        var author = AuthorReadings.Read(Encoding.UTF8.GetBytes(" " + from));
        var address = from.Contains('<', StringComparison.Ordinal) ? from[(from.LastIndexOf('<') + 1)..].TrimEnd('>') : from.Split(' ')[0];
        return await _watch.FindAsync(Tenant, author, address, sender);
    }
}
