using System.Net;
using Garita.SenderAuth.Spf;
using Garita.Testing;
using Xunit;

namespace Garita.SenderAuth.Tests.Spf;

/// <summary>The openspf suite for RFC 7208, each case by its name.</summary>
public sealed class Rfc7208SuiteTests
{
    private const string Absent = "no data";
    private static readonly Lazy<Dictionary<string, SuiteCase>> Cases = new(static () => SuiteFile.Read(Conformance.PathOf("spf/rfc7208-tests.yml")));

    public static TheoryData<string> Names => Conformance.Exists("spf/rfc7208-tests.yml") ? [.. Cases.Value.Keys] : [Absent];

    [Fact]
    public void The_suite_is_whole() => Assert.InRange(Cases.Value.Count, 203, int.MaxValue);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Case(string name)
    {
        var one = Cases.Value[name];
        var outcome = await SpfCheck.RunAsync(new SpfQuery(IPAddress.Parse(one.Host), one.Helo, one.MailFrom, "mx.receiver.example"), one.Zone, CancellationToken.None);
        Assert.Contains(outcome.Result.Name(), one.Results, StringComparer.Ordinal);
        if (one.Explanation is not null)
            Assert.Equal(one.Explanation, outcome.Explanation ?? "DEFAULT");
        Assert.InRange(outcome.Lookups, 0, SpfLimits.Terms);
    }
}
