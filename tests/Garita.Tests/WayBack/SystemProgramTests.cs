using System.Text.RegularExpressions;
using Garita.Machine.Programs;
using Xunit;

namespace Garita.Tests.WayBack;

public sealed partial class SystemProgramTests
{
    [Fact]
    public void A_program_has_a_whole_path_also_where_it_is_not_installed()
    {
        Assert.True(File.Exists(SystemProgram.PathOf("sh")));
        Assert.Equal("/usr/bin/no-such-program", SystemProgram.PathOf("no-such-program"));
        Assert.All((string[])[SystemProgram.PathOf("sh"), Wall.Kernel.Nft.Path], static path => Assert.StartsWith("/", path, StringComparison.Ordinal));
    }

    /// <summary>.NET looks for bare names in the current folder first: whoever may write there would have root run what he likes.</summary>
    [Fact]
    public void No_program_is_started_by_its_name_alone()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Garita.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        var bare = Directory.EnumerateFiles(Path.Combine(folder, "src"), "*.cs", SearchOption.AllDirectories).SelectMany(static file => BareName().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}"));
        Assert.Empty(bare);
        Assert.Matches(BareName(), "new ProcessStartInfo(\"chown\", [");
    }

    [GeneratedRegex("(?:ProcessStartInfo|Process\\.Start)\\(\"[^/]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BareName();
}
