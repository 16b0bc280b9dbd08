using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

public sealed class BrokenDiskTests
{
    [Fact]
    public async Task A_message_that_cannot_be_read_back_is_put_off_and_the_session_goes_on()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var client = await Client.OpenAsync(gateway);
        gateway.Letters.IsBroken = true;
        Assert.StartsWith("451 4.3.0 The message could not be handled now, try again later", await client.SendMessageAsync("one"), StringComparison.Ordinal);
        gateway.Letters.IsBroken = false;
        Assert.StartsWith("250 2.0.0", await client.SendMessageAsync("two"), StringComparison.Ordinal);
        Assert.Contains(gateway.Ledger.Records, static record => record is { Outcome: "deferred", Reply: 451 });
    }
}
