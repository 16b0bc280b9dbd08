using System.Text.RegularExpressions;
using Garita.SenderAuth.PublicSuffix;
using Garita.Testing;
using Xunit;

namespace Garita.SenderAuth.Tests.PublicSuffix;

public sealed partial class PublicSuffixListTests(ITestOutputHelper output)
{
    private const string DebiansList = "/usr/share/publicsuffix/public_suffix_list.dat";

    [Fact]
    public void The_projects_own_cases_pass()
    {
        if (!File.Exists(DebiansList))
            Assert.Skip("skipped: the package publicsuffix is not installed");
        var list = PublicSuffixList.Read(File.ReadLines(DebiansList));
        var cases = 0;
        foreach (var line in File.ReadLines(Conformance.PathOf("psl/test_psl.txt")))
        {
            if (Case().Match(line) is not { Success: true } found)
                continue;
            cases++;
            var (given, expected) = (found.Groups["given"], found.Groups["expected"]);
            var registered = given.Success ? list.RegisteredDomain(given.Value) : null;
            // Both in the form in which names are compared.
            Assert.True(string.Equals(registered, expected.Success ? new System.Globalization.IdnMapping().GetAscii(expected.Value) : null, StringComparison.Ordinal), $"{line}: {registered}");
        }

        output.WriteLine($"{cases} cases of test_psl.txt, {list.Count} rules");
        Assert.Equal(78, cases);
    }

    [Fact]
    public void Rules_of_every_kind()
    {
        var list = PublicSuffixList.Read(["// a comment", "", "com", "co.uk  and words", "*.ck", "!www.ck", "*.both.test", "both.test", "  spaced  ", "..", "*.", "!"]);
        Assert.Equal(6, list.Count);
        Assert.Equal("example.com", list.RegisteredDomain("a.b.example.com"));
        Assert.Equal("b.co.uk", list.RegisteredDomain("a.b.co.uk"));
        Assert.Equal("b.x.ck", list.RegisteredDomain("a.b.x.ck"));
        Assert.Null(list.RegisteredDomain("x.ck"));
        Assert.Equal("www.ck", list.RegisteredDomain("a.www.ck"));
        Assert.Null(list.RegisteredDomain("both.test"));
        Assert.Equal("a.x.both.test", list.RegisteredDomain("a.x.both.test"));
        Assert.Equal("unlisted.example", list.RegisteredDomain("a.unlisted.example"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("com")]
    [InlineData("a..com")]
    [InlineData("[192.0.2.1]")]
    public void What_has_none(string name) => Assert.Null(PublicSuffixList.Empty.RegisteredDomain(name));

    [GeneratedRegex(@"^checkPublicSuffix\((null|'(?<given>[^']*)'), (null|'(?<expected>[^']*)')\);", RegexOptions.ExplicitCapture)]
    private static partial Regex Case();
}
