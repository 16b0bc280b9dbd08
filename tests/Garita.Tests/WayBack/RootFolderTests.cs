using Garita.WayBack;
using Xunit;

namespace Garita.Tests.WayBack;

public sealed class RootFolderTests : IDisposable
{
    private const UnixFileMode All = (UnixFileMode)0x1ff;
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-root-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Is_not_in_a_folder_where_others_could_put_one_of_their_own()
    {
        var data = Path.Combine(_folder, "open", "data");
        Assert.StartsWith(_folder, RootFolder.Open(data, "wall"), StringComparison.Ordinal);
        File.SetUnixFileMode(Path.Combine(_folder, "open"), All);
        var problem = Assert.Throws<WayBackException>(() => RootFolder.Open(data, "wall"));
        Assert.Contains("move the data folder", problem.Message, StringComparison.Ordinal);
        // Nobody replaces what is another's there.
        File.SetUnixFileMode(Path.Combine(_folder, "open"), All | UnixFileMode.StickyBit);
        RootFolder.Open(data, "wall");
    }

    [Fact]
    public void Tells_who_else_may_change_a_file()
    {
        var file = Path.Combine(_folder, "garita.toml");
        Assert.Null(RootFolder.Stranger(file));
        File.WriteAllText(file, "");
        Assert.Null(RootFolder.Stranger(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupWrite);
        Assert.Equal(file, RootFolder.Stranger(file));
        Assert.Equal(file, RootFolder.Stranger(Path.Combine(file, "missing")));
    }
}
