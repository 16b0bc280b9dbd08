using System.Net.Security;
using System.Net.Sockets;
using Garita.Gateway.Admission;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Dialogue;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

public sealed class MemoryPlanTests
{
    [Theory]
    [InlineData(1L << 30, 1L << 28, 15_420, 43_690)]
    [InlineData(64L << 20, 16L << 20, 963, 2_730)]
    public void The_budget_says_how_much_fits(long whole, long letters, int tls, int connections)
    {
        var plan = MemoryPlan.For(new MemorySettings { Budget = whole });
        Assert.Equal((letters, tls, connections), (plan.Letters, plan.TlsConnections, plan.Connections));
    }

    [Fact]
    public async Task TLS_that_does_not_fit_into_memory_is_not_available_until_another_leaves()
    {
        // Half of it for TLS is one connection; less would be full with it, and newcomers would be kept waiting for the greeting.
        await using var gateway = await GatewayUnderTest.StartAsync(static settings => settings with { Memory = new MemorySettings { Budget = 128 * 1024 } });
        using (await SecureAsync(gateway))
            Assert.StartsWith("454 4.7.0", await AskAsync(gateway), StringComparison.Ordinal);
        while (gateway.Server.Status().Connections > 0)
            await Task.Yield();
        using var next = await SecureAsync(gateway);
        Assert.True(next.IsEncrypted);
    }

    private static async Task<string> AskAsync(GatewayUnderTest gateway)
    {
        using var client = new TcpClient();
        var reader = await BeginAsync(gateway, client);
        var answer = await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        // The session goes on in clear text.
        await client.GetStream().WriteAsync("NOOP\r\n"u8.ToArray());
        Assert.StartsWith("250", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        return answer;
    }

    private static async Task<SslStream> SecureAsync(GatewayUnderTest gateway)
    {
        var client = new TcpClient();
        var reader = await BeginAsync(gateway, client);
        Assert.StartsWith("220", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mx.example.com", RemoteCertificateValidationCallback = static (_, _, _, _) => true });
        return tls;
    }

    private static async Task<StreamReader> BeginAsync(GatewayUnderTest gateway, TcpClient client)
    {
        await client.ConnectAsync(gateway.Address);
        var reader = new StreamReader(client.GetStream());
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("EHLO c.example\r\n"u8.ToArray());
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line[3] == '-')
        {
            // The extensions.
        }

        await client.GetStream().WriteAsync("STARTTLS\r\n"u8.ToArray());
        return reader;
    }
}
