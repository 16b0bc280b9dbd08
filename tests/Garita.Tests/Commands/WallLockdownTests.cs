using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Garita.Tests.Commands;

public sealed class WallLockdownTests : IDisposable
{
    private const string Gateways = "[wall.lockdown]\ngateways = [\"10.77.0.1\", \"fd77::1\"]\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-lockdown-").FullName;

    private string File => Path.Combine(_folder, "garita.toml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_ports_are_those_that_are_served_and_delivered_to()
    {
        await WriteAsync("\"10.77.0.2:2525\"", Gateways);
        var (code, text) = await RunAsync("wall", "lockdown", "--for", "nftables");
        Assert.True(code == 0, text);
        Assert.Contains("elements = { 25, 2525 }", text, StringComparison.Ordinal);
        Assert.Contains("elements = { fd77::1 }", text, StringComparison.Ordinal);
        // IMAP and submission are served by the mail server itself: they stay open.
        Assert.DoesNotContain("143", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"10.77.0.2:25\"", "", "wall.lockdown.gateways is missing", "--for", "postfix")]
    [InlineData("\"127.0.0.1:25\"", Gateways, "a packet filter has nothing to close", "--for", "nftables")]
    [InlineData("\"10.77.0.2:25\", \"10.77.0.3:25\"", Gateways, "--backend with one of 10.77.0.2, 10.77.0.3", "--for", "nftables")]
    [InlineData("\"10.77.0.2:25\"", Gateways, "there is no mail server \"other\"", "--for", "nftables", "--backend", "other")]
    [InlineData("\"unix:/run/lmtp\"", Gateways, "nothing to lock down", "--for", "nftables")]
    [InlineData("\"10.77.0.2:25\"", "", "is no address of a gateway", "--for", "nftables", "--gateway", "0.0.0.0")]
    [InlineData("\"10.77.0.2:25\"", Gateways, "--ruleset goes with --for nftables alone", "--for", "postfix", "--ruleset")]
    [InlineData("\"10.77.0.2:25\"", Gateways, "ipfw", "--for", "ipfw")]
    public async Task What_cannot_be_made_says_what_to_do(string backends, string more, string expected, params string[] options)
    {
        await WriteAsync(backends, more);
        var (code, text) = await RunAsync(["wall", "lockdown", .. options]);
        Assert.Equal(2, code);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_or_host_chooses_and_the_file_is_whole()
    {
        await WriteAsync("\"10.77.0.2:25\", \"10.77.0.3:24\"", "");
        var output = Path.Combine(_folder, "lockdown.nft");
        var (code, text) = await RunAsync("wall", "lockdown", "--for", "nftables", "--backend", "10.77.0.3", "--gateway", "10.77.0.1", "--ruleset", "--output", output);
        Assert.True(code == 0, text);
        var ruleset = await System.IO.File.ReadAllTextAsync(output);
        Assert.Contains("elements = { 24, 25 }", ruleset, StringComparison.Ordinal);
        Assert.Contains("nft -c -f lockdown.nft", ruleset, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(output + ".new"));
        Assert.Equal(2, (await RunAsync("wall", "lockdown", "--for", "nftables", "--backend", "acme", "--gateway", "10.77.0.1")).Exit);
    }

    [Fact]
    public async Task A_port_that_strangers_reach_is_told_and_fails()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        await WriteAsync($"\"127.0.0.1:{port}\"", "[wall.lockdown]\ngateways = [\"127.0.0.1\"]\n");
        var (code, text) = await RunAsync("wall", "probe", "127.0.0.1", "--from", "127.0.0.9", "--json");
        Assert.Equal(1, code);
        using var report = JsonDocument.Parse(text);
        Assert.False(report.RootElement.GetProperty("proven").GetBoolean());
        Assert.Contains($"127.0.0.1 port {port}: OPEN past the gateway", report.RootElement.GetProperty("problems").EnumerateArray().Select(static problem => problem.GetString() ?? ""), StringComparer.Ordinal);

        server.Stop();
        (code, text) = await RunAsync("wall", "probe", "127.0.0.1", "--from", "127.0.0.9");
        Assert.Equal(1, code);
        Assert.Contains("the gateway itself does not get in", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "is the gateway's own address", "127.0.0.1", "--from", "127.0.0.1")]
    [InlineData(2, "is no address of this machine", "127.0.0.1", "--from", "192.0.2.77")]
    [InlineData(2, "expected an address of this machine", "127.0.0.1", "--from", "localhost")]
    [InlineData(2, "is no mail server", "[::")]
    [InlineData(1, "no network namespace", "127.0.0.1", "--netns", "garita-there-is-none")]
    public async Task Bad_places_to_come_from_are_told(int expected, string message, params string[] options)
    {
        await WriteAsync("\"127.0.0.1:2526\"", "[wall.lockdown]\ngateways = [\"127.0.0.1\"]\n");
        var (code, text) = await RunAsync(["wall", "probe", .. options]);
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }

    private Task WriteAsync(string backends, string more) => System.IO.File.WriteAllTextAsync(File, $"""
        hostname = "mx.example.com"
        [[listener]]
        name = "mx"
        bind = "127.0.0.1:2525"
        [[tenant]]
        name = "acme"
        domains = "example.com"
        [tenant.backends]
        smtp = [{backends}]
        {more}
        """);

    private Task<(int Exit, string Text)> RunAsync(params string[] arguments) => GaritaCommand.RunAsync([.. arguments, "--config", File]);
}
