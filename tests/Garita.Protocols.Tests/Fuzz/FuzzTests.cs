using Garita.Fuzz;
using Xunit;

namespace Garita.Protocols.Tests.Fuzz;

/// <summary>A short run of every fuzz target; the long one is described in fuzz/README.md.</summary>
public sealed class FuzzTests
{
    private const long Inputs = 20_000;

    public static TheoryData<string> Names => [.. Targets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Oracles_hold(string name)
    {
        var result = FuzzDriver.Run(Targets.Find(name)!, seed: 1, inputs => inputs < Inputs);
        Assert.True(result.Error is null, $"{result.Error} with {Convert.ToHexString(result.Failing ?? [])}");
        Assert.Equal(Inputs, result.Inputs);
    }

    [Fact]
    public void A_broken_parser_is_found()
    {
        var result = FuzzDriver.Run(new Broken(), seed: 1, inputs => inputs < Inputs);
        Assert.IsType<OracleException>(result.Error);
        Assert.Contains((byte)0, result.Failing!);
    }

    private sealed class Broken : IFuzzTarget
    {
        public string Name => "broken";

        public IReadOnlyList<byte[]> Seeds { get; } = [[1, 2, 3]];

        public void Run(ReadOnlySpan<byte> input) => OracleException.ThrowUnless(!input.Contains((byte)0), "no NUL");
    }
}
