using Garita.Gateway;
using Garita.Serve;
using Xunit;

namespace Garita.Tests.Serve;

public sealed class SocketActivationTests
{
    [Theory]
    [InlineData("7", "2", "mx:submission", "3 mx,4 submission")]
    [InlineData("7", "2", "mx", "3 mx,4 unknown")]
    [InlineData("7", "1", null, "3 unknown")]
    [InlineData("7", "0", "", "")]
    [InlineData("8", "2", "mx:submission", "")]
    [InlineData("7", null, "mx", "")]
    [InlineData(null, "1", "mx", "")]
    public void Descriptors_are_for_the_process_that_is_named(string? process, string? count, string? names, string expected) =>
        Assert.Equal(expected, string.Join(',', Read(process, count, names).Select(static one => $"{one.Descriptor} {one.Name}")));

    [Theory]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("65")]
    [InlineData("99999999999")]
    public void A_number_that_is_none_is_said(string count) =>
        Assert.Contains("LISTEN_FDS is", Assert.Throws<GatewayStartException>(() => Read("7", count, null)).Message, StringComparison.Ordinal);

    private static IReadOnlyList<(int Descriptor, string Name)> Read(string? process, string? count, string? names) =>
        SocketActivation.Read(variable => variable switch { "LISTEN_PID" => process, "LISTEN_FDS" => count, "LISTEN_FDNAMES" => names, _ => null }, 7);
}
