using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Dns;

public sealed class DnsTextTests : IDisposable
{
    private readonly LoopbackDns _server = new();
    private readonly ManualTime _time = new();
    private readonly DnsResolver _resolver;

    public DnsTextTests() => _resolver = new DnsResolver(new DnsSettings { Servers = [_server.Address], Timeout = TimeSpan.FromSeconds(5) }, _time);

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Strings_of_a_record_are_joined_and_kept()
    {
        _server.Add("_spf.x.example", LoopbackDns.Txt, 60, LoopbackDns.Text("v=spf1 ip4:", "192.0.2.1 -all"), LoopbackDns.Text(""), LoopbackDns.Text("\u00E4\u0000\"\\"));
        var answer = await _resolver.TextsAsync("_spf.X.example");
        Assert.Equal(DnsStatus.Found, answer.Status);
        Assert.Equal(["v=spf1 ip4:192.0.2.1 -all", ""], answer.Records.Take(2), StringComparer.Ordinal);
        Assert.False(System.Text.Ascii.IsValid(answer.Records[2]));
        Assert.True(_resolver.TextsAsync("_spf.x.example").AsTask().IsCompletedSuccessfully);
        Assert.Equal(DnsStatus.NoName, (await _resolver.TextsAsync("gone.example")).Status);
    }

    [Fact]
    public async Task One_family_is_asked_alone()
    {
        _server.Add("_x.example", LoopbackDns.A, 60, [192, 0, 2, 1]);
        Assert.Equal([IPAddress.Parse("192.0.2.1")], (await _resolver.AddressesAsync("_x.example", AddressFamily.InterNetwork)).Records);
        Assert.Single(_server.Questions);
        Assert.NotEqual(DnsStatus.Found, (await _resolver.AddressesAsync("_x.example", AddressFamily.InterNetworkV6)).Status);
    }

    [Fact]
    public async Task Names_made_of_local_parts_are_asked_as_they_are()
    {
        const string Odd = "a+b=c!#$%&'*/?^`{|}~:._spf.x.example";
        _server.Add(Odd, LoopbackDns.A, 60, [127, 0, 0, 2]);
        Assert.Equal(DnsStatus.Found, (await _resolver.AddressesAsync(Odd, AddressFamily.InterNetwork)).Status);
    }

    [Theory]
    [InlineData("_SPF.Example.", "_spf.example")]
    [InlineData("-a.b", "-a.b")]
    [InlineData("a b.example", null)]
    [InlineData("a..b", null)]
    [InlineData("", null)]
    [InlineData(".", null)]
    [InlineData("a\u0000.b", null)]
    [InlineData("\u00E4.b", null)]
    [InlineData("a\\.b", null)]
    [InlineData("a@b.example", null)]
    public void Names_that_can_be_asked_for(string name, string? expected) => Assert.Equal(expected, QueryName.Normalize(name));

    [Fact]
    public void Lengths_are_bounded_and_nothing_throws()
    {
        Assert.NotNull(QueryName.Normalize(new string('a', 63) + ".b"));
        Assert.Null(QueryName.Normalize(new string('a', 64) + ".b"));
        Assert.Null(QueryName.Normalize(string.Concat(Enumerable.Repeat("a.", 127)) + "b"));
        foreach (var name in (string[])["xn--zz+.b", "xn--\u007F.b", "xn--.b", "-+.b", "xn--a=.b", ":.b", "xn--99999999!.b"])
            _ = QueryName.Normalize(name);
    }
}
