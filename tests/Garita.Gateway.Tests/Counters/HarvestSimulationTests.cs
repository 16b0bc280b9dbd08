using Xunit;

namespace Garita.Gateway.Tests.Counters;

public sealed class HarvestSimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false, 7, 0.01)]
    [InlineData(true, 7, 0.05)]
    [InlineData(false, 1, 0.01)]
    [InlineData(true, 1, 0.05)]
    [InlineData(false, 2, 0.01)]
    [InlineData(true, 2, 0.05)]
    public void A_botnet_learns_next_to_nothing(bool retries, int seed, double most)
    {
        var simulation = new HarvestSimulation(retries, bots: 1000, seed);
        simulation.Run(TimeSpan.FromHours(24));
        output.WriteLine(simulation.Report());
        if (Environment.GetEnvironmentVariable("GARITA_HARVEST_REPORT") is { Length: > 0 } file)
            File.AppendAllText(file, simulation.Report() + "\n");
        Assert.InRange(simulation.NoticedAfter, 1, 200);
        Assert.InRange(simulation.Learnt, 0, most);
        Assert.Equal(0, simulation.TrustedDelayed);
        Assert.InRange(simulation.TrustedMail, 1400, 1500);
        Assert.InRange(simulation.Within(60), 0.95, 1);
        Assert.NotNull(simulation.State.PutOffSince);
    }
}
