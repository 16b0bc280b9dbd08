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

    [Fact]
    public void Root_loads_no_file_that_somebody_else_may_write()
    {
        var folder = Directory.CreateTempSubdirectory("garita-boot-").FullName;
        try
        {
            BootLoading.CheckPlace(Path.Combine(folder, "garita.toml"));
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute);
            var problem = Assert.Throws<WallException>(() => BootLoading.Write(Path.Combine(folder, "garita.toml"), "flush ruleset"));
            Assert.Contains(folder + " belongs to somebody else", problem.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("/etc/my garita/garita.toml")]
    [InlineData("/etc/100%n/garita.toml")]
    [InlineData("/etc/a\"b/garita.toml")]
    [InlineData("/etc/a\nExecStart=b/garita.toml")]
    public void A_path_that_a_unit_would_read_otherwise_is_refused(string settings) =>
        Assert.Contains("cannot be named in a unit", Assert.Throws<WallException>(() => BootLoading.CheckPlace(settings)).Message, StringComparison.Ordinal);
}
