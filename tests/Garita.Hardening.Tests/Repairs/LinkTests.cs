using Garita.Hardening.Repairs;
using Xunit;

namespace Garita.Hardening.Tests.Repairs;

/// <summary>Links lead nowhere that the owner of the file system did not mean.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly HostFolder _host = new();
    private readonly string _outside = Directory.CreateTempSubdirectory("garita-outside-").FullName;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_outside, recursive: true);
    }

    [Theory]
    [InlineData("/etc/a.conf")]
    [InlineData("/etc/deep/a.conf")]
    public void An_absolute_link_stays_inside_the_root(string path)
    {
        Directory.CreateDirectory(_host.At("/etc"));
        Directory.CreateDirectory(_host.At(_outside));
        File.WriteAllText(Path.Combine(_outside, "a.conf"), "not ours");
        if (path.Contains("deep", StringComparison.Ordinal))
            Directory.CreateSymbolicLink(_host.At("/etc/deep"), _outside);
        else
            File.CreateSymbolicLink(_host.At(path), Path.Combine(_outside, "a.conf"));
        Assert.Equal(RepairOutcome.Done, Assert.Single(_host.Apply(ApplierTests.Repair("x", new PutFile(path, "ours\n")))).Outcome);
        Assert.Equal("not ours", File.ReadAllText(Path.Combine(_outside, "a.conf")));
        Assert.Equal("ours\n", _host.Text(_outside + "/a.conf"));
        Assert.NotNull(new FileInfo(_host.At(path.Contains("deep", StringComparison.Ordinal) ? "/etc/deep" : path)).LinkTarget);
    }

    [Fact]
    public void Parents_end_at_the_root()
    {
        Directory.CreateDirectory(_host.At("/etc"));
        File.CreateSymbolicLink(_host.At("/etc/a.conf"), "../../../../../../../../../../../etc/b.conf");
        _host.Apply(ApplierTests.Repair("x", new PutFile("/etc/a.conf", "ours\n")));
        Assert.Equal("ours\n", _host.Text("/etc/b.conf"));
    }

    [Fact]
    public void A_link_of_a_user_is_not_followed()
    {
        _host.With("/etc/shadow", "root:!\n").With("/home/anna/x", "");
        File.CreateSymbolicLink(_host.At("/home/anna/.rhosts"), "/etc/shadow");
        _host.Trusts = static _ => false;
        var before = _host.Picture();
        foreach (var change in (Change[])[new PutFile("/home/anna/.rhosts", "x"), new SetLine("/home/anna/.rhosts", "^x", "x"), new SetMode("/home/anna/.rhosts", (UnixFileMode)0x1FF)])
        {
            var result = Assert.Single(_host.Apply(ApplierTests.Repair("x", change)));
            Assert.Equal(RepairOutcome.Failed, result.Outcome);
            Assert.Contains("so it is not followed", result.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(before, _host.Picture());
    }

    [Fact]
    public void Links_in_a_ring_end()
    {
        Directory.CreateDirectory(_host.At("/etc"));
        File.CreateSymbolicLink(_host.At("/etc/a"), "b");
        File.CreateSymbolicLink(_host.At("/etc/b"), "a");
        Assert.Contains("too many symbolic links", Assert.Single(_host.Apply(ApplierTests.Repair("x", new PutFile("/etc/a", "x")))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_not_written_to_as_a_file()
    {
        Directory.CreateDirectory(_host.At("/etc/a"));
        Assert.Equal(RepairOutcome.Failed, Assert.Single(_host.Apply(ApplierTests.Repair("x", new PutFile("/etc/a", "x")))).Outcome);
        Assert.Equal(RepairOutcome.Done, Assert.Single(_host.Apply(ApplierTests.Repair("x", new SetMode("/etc/a", (UnixFileMode)0x1C0)))).Outcome);
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(_host.At("/etc/a")));
    }
}
