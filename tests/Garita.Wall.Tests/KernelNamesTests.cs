using Xunit;

namespace Garita.Wall.Tests;

public sealed class KernelNamesTests
{
    /// <summary>nft takes these names without quotes.</summary>
    [Fact]
    public void Names_are_words_that_nft_takes() =>
        Assert.All([KernelNames.Table, KernelNames.LockdownTable, KernelNames.Ban32, KernelNames.Ban24, KernelNames.Ban64, KernelNames.Ban48, KernelNames.FloodRaw, KernelNames.FloodIn], static name => Assert.Matches("^[a-z][a-z0-9_]*$", name));
}
