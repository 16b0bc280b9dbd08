using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Garita.Commands;
using Garita.Demo;
using Xunit;

namespace Garita.Tests.Demo;

public sealed class DemoCommandTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task Holds_every_attack_by_the_rule_that_is_meant_to()
    {
        Assert.Equal(0, await RunAsync("demo", "--once", "--json", "--port", "0"));
        var result = JsonSerializer.Deserialize(_output.ToString(), DemoJson.Default.DemoResult)!;
        Assert.All(result.Messages, static message => Assert.Equal((true, 1, true), (message.Sent, message.Received, message.Identical)));
        Assert.All(result.Attacks, static attack => Assert.True(attack is { Held: true, Unprotected: true }, attack.Name));
        Assert.All(result.Attacks, static attack => Assert.Equal((attack.Name, attack.Expected), (attack.Name, attack.Rule)));
        Assert.Equal(DemoAttacks.All.Count, result.Attacks.Count);
    }

    [Fact]
    public async Task Fails_without_a_gateway()
    {
        Assert.Equal(1, await RunAsync("demo", "--unprotected"));
        Assert.Contains($"Without Garita {DemoAttacks.All.Count} of {DemoAttacks.All.Count} attacks got through.", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_to_do_about_a_port_that_is_taken()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Assert.Equal(1, await RunAsync("demo", "--once", "--port", $"{((IPEndPoint)other.LocalEndpoint).Port}"));
        Assert.Contains("--port", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("65536")]
    public async Task Ports_are_numbers_up_to_65535(string port)
    {
        Assert.Equal(2, await RunAsync("demo", "--once", "--port", port));
        Assert.Contains("--port", _error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(arguments, new InvocationConfiguration { Output = _output, Error = _error });
}
