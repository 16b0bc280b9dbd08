using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Garita.Demo;
using Garita.Gateway.Rules;
using Garita.Settings;
using Xunit;

namespace Garita.Tests.Demo;

public sealed class DemoRoundTests : IDisposable
{
    private readonly DemoFolder _folder = DemoFolder.Create();
    private readonly DemoRound _round = new(DemoMessages.Create(), DemoAttacks.All, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_attack_gets_through_to_the_bare_server()
    {
        await using var server = Server(_round.Receive);
        var result = await _round.RunAsync(server, gateway: null, TestContext.Current.CancellationToken);
        Assert.Empty(result.Messages);
        Assert.All(result.Attacks, static attack => Assert.True(attack.Unprotected, attack.Name));
        Assert.All(result.Attacks, static attack => Assert.False(attack.Held, attack.Name));
        Assert.False(result.IsWell);
    }

    [Fact]
    public async Task A_gateway_that_holds_nothing_is_found_out()
    {
        await using var server = Server(_round.Receive);
        var result = await _round.RunAsync(server, server.Address, TestContext.Current.CancellationToken);
        Assert.All(result.Messages, static message => Assert.Equal((true, 1, true), (message.Sent, message.Received, message.Identical)));
        Assert.All(result.Attacks, static attack => Assert.False(attack.Held, attack.Name));
        Assert.All(result.Attacks, static attack => Assert.Null(attack.Rule));
        Assert.False(result.IsWell);
    }

    [Fact]
    public async Task A_gateway_that_swallows_everything_is_found_out()
    {
        await using var server = Server(_round.Receive);
        await using var swallows = Server(static _ => { }, "swallowed");
        var result = await _round.RunAsync(server, swallows.Address, TestContext.Current.CancellationToken);
        Assert.All(result.Messages, static message => Assert.Equal((true, 0, false), (message.Sent, message.Received, message.Identical)));
        Assert.All(result.Attacks, static attack => Assert.True(attack is { Held: true, Unprotected: true }, attack.Name));
        Assert.False(result.IsWell);
    }

    [Fact]
    public async Task The_server_keeps_a_Maildir()
    {
        var received = new List<ReceivedMail>();
        await using var server = Server(received.Add);
        await new RawClient(server.Address, IPAddress.Loopback, TimeProvider.System).RunAsync(DemoAttacks.Mail("a\0@example.net", "b"), waitsForGreeting: true, TestContext.Current.CancellationToken);
        var mail = Assert.Single(received);
        Assert.Equal([mail.File], Directory.GetFiles(Path.Combine(_folder.Mail, "new")));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Mail, "tmp")));
        Assert.Equal("Return-Path: <a?@example.net>\r\nDelivered-To: <b>\r\n" + Encoding.Latin1.GetString(mail.Content), await File.ReadAllTextAsync(mail.File, Encoding.Latin1, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("relay", "220 hello", "550 5.7.1 relaying denied (relay, session 4f3a9c01d2)", "221 (other, session 1)")]
    [InlineData("bare-newline", "250 (tagged, session 1)", "550 5.5.2 no (bare-newline, session x)")]
    [InlineData(null, "550 5.7.1 (relay)", "250-ok", "")]
    public void The_rule_is_read_from_the_refusal(string? rule, params string[] answers) => Assert.Equal(rule, DemoRound.RuleOf(answers));

    [Fact]
    public void Expected_rules_exist() => Assert.All(DemoAttacks.All, static attack => Assert.Contains(attack.Expected, (IReadOnlyDictionary<string, Rule>)RuleCatalogue.BySlug));

    [Fact]
    public void Settings_are_ones_that_serve_would_take()
    {
        _folder.WriteSettings(0, 0, new IPEndPoint(IPAddress.Loopback, 1025), new IPEndPoint(IPAddress.Loopback, 1053));
        var settings = SettingsFile.Read(_folder.Settings);
        Assert.Equal(0, settings.Listeners[0].Bind[0].Port);
        Assert.Equal(Path.Combine(_folder.Root, "data"), settings.DataFolder);
        Assert.Equal(10, File.ReadAllLines(settings.Tenants[0].Recipients.File!).Length);
    }

    [Fact]
    public void Nobody_answers_at_the_closed_port()
    {
        using var port = new ClosedPort();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        client.Client.ReceiveTimeout = 10_000;
        client.Connect(port.Address);
        client.Send([1]);
        var problem = Assert.Throws<SocketException>(() => client.Client.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionRefused, problem.SocketErrorCode);
    }

    [Fact]
    public void Json_has_the_agreed_names()
    {
        var result = new DemoResult([new("PDF", true, 1, true)], [new("smuggling", "bare-newline", "bare-newline", true, true)]);
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(result, DemoJson.Default.DemoResult));
        Assert.Equal("messages attacks", string.Join(' ', json.RootElement.EnumerateObject().Select(static property => property.Name)));
        Assert.Equal("name sent received identical", string.Join(' ', json.RootElement.GetProperty("messages")[0].EnumerateObject().Select(static property => property.Name)));
        Assert.Equal("name rule expected held unprotected", string.Join(' ', json.RootElement.GetProperty("attacks")[0].EnumerateObject().Select(static property => property.Name)));
    }

    [Fact]
    public void Tables_show_what_got_through()
    {
        var output = new StringWriter();
        DemoReport.Write(output, new DemoResult([new("PDF", true, 1, true)], [new("smuggling", "relay", "bare-newline", false, true)]), isProtected: true);
        Assert.Contains("got through", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("relay (expected: bare-newline)", output.ToString(), StringComparison.Ordinal);
    }

    private LenientMailServer Server(Action<ReceivedMail> received, string maildir = "Maildir") =>
        LenientMailServer.Start(new Maildir(Path.Combine(_folder.Root, maildir), TimeProvider.System), received);
}
