using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>The units of systemd: valid, and as closed as they are meant to be.</summary>
public sealed partial class ServiceUnitTests : IDisposable
{
    private static readonly string Units = Path.Combine(Tool.Repository(), "deploy", "systemd");
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-units-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("garita.service")]
    [InlineData("garita-warden.service")]
    [InlineData("garita-console.service")]
    public async Task Exposes_no_more_than_it_must(string unit)
    {
        // The service manager itself is not asked.
        var report = await Tool.RunAsync("systemd-analyze", "security", "--offline=yes", "--no-pager", Path.Combine(Units, unit));
        var level = decimal.Parse(Exposure().Match(report).Groups["level"].Value, CultureInfo.InvariantCulture);
        Assert.True(level <= 1.2m, report);
    }

    [Fact]
    public async Task Systemd_understands_every_line()
    {
        // Programs that are not installed here are stood for by one that is.
        foreach (var path in Directory.GetFiles(Units).Where(static path => path.EndsWith(".service", StringComparison.Ordinal) || path.EndsWith(".socket", StringComparison.Ordinal)))
        {
            var text = await File.ReadAllTextAsync(path);
            await File.WriteAllTextAsync(Path.Combine(_folder, Path.GetFileName(path)), Program().Replace(text, "${what}=/bin/true"));
        }

        Assert.Equal("", await Tool.RunAsync("systemd-analyze", ["verify", "--man=no", .. Directory.GetFiles(_folder).Order(StringComparer.Ordinal)]));
    }

    [Theory]
    [InlineData("garita.service", "")]
    [InlineData("garita-warden.service", "CAP_NET_ADMIN")]
    [InlineData("garita-console.service", "")]
    public void Has_the_capabilities_that_it_needs_and_no_other(string unit, string capabilities)
    {
        var lines = File.ReadAllLines(Path.Combine(Units, unit));
        Assert.Contains("CapabilityBoundingSet=" + capabilities, lines, StringComparer.Ordinal);
        Assert.Contains("AmbientCapabilities=" + capabilities, lines, StringComparer.Ordinal);
        Assert.Contains("MemoryDenyWriteExecute=" + (unit is "garita-console.service" ? "no" : "yes"), lines, StringComparer.Ordinal);
    }

    /// <summary>Nothing is set for a reason that nobody wrote down.</summary>
    [Fact]
    public void Each_group_of_kernel_settings_says_why()
    {
        string? before = null;
        foreach (var line in File.ReadLines(Path.Combine(Units, "garita.sysctl")))
        {
            if (line.Length > 0 && line[0] != '#')
            {
                Assert.Matches("^-?[a-z0-9_.]+ = [0-9]+$", line);
                Assert.False(string.IsNullOrEmpty(before), line);
            }
            before = line;
        }
    }

    [GeneratedRegex(@"Overall exposure level for [^:]+: (?<level>[0-9.]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Exposure();

    [GeneratedRegex("^(?<what>ExecStart|ExecReload)=.*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Program();
}
