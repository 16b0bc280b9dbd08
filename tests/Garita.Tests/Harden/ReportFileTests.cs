using System.Globalization;
using Garita.Harden;
using Xunit;

namespace Garita.Tests.Harden;

public sealed class ReportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Everybody may put links into /dev/shm as into /tmp: what they lead to is not written.</summary>
    [Fact]
    public void A_link_is_replaced_and_not_followed_in_dev_too()
    {
        var precious = Path.Combine(_folder, "precious");
        File.WriteAllText(precious, "precious");
        string[] places = [Path.Combine(_folder, "audit.html"), string.Create(CultureInfo.InvariantCulture, $"/dev/shm/garita-report-{Environment.ProcessId}.html")];
        foreach (var place in places)
        {
            try
            {
                File.CreateSymbolicLink(place, precious);
                ReportFile.Write(place, "weak here");
                Assert.Equal("precious", File.ReadAllText(precious));
                Assert.Equal("weak here", File.ReadAllText(place));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(place));
            }
            finally
            {
                File.Delete(place);
            }
        }
    }

    [Fact]
    public void Streams_with_a_name_are_written_to() => ReportFile.Write("/dev/null", "weak here");
}
