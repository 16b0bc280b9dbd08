using Garita.PacketFilter;
using Xunit;

namespace Garita.Tests.PacketFilter;

public sealed class BootLoadingTests
{
    /// <summary>The package brings the unit for the usual path; the program writes the same for any other.</summary>
    [Fact]
    public void The_packaged_unit_is_the_one_that_the_program_writes()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Garita.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        Assert.Equal(BootLoading.Unit("/etc/garita/wall.nft").TrimEnd(), File.ReadAllText(Path.Combine(folder, "deploy", "systemd", "garita-wall.service")).TrimEnd());
    }
}
