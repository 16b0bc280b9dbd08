using System.Text;
using Garita.Machine.Files;
using Xunit;

namespace Garita.Hardening.Tests.Host;

public sealed class WholeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-whole-").FullName;

    private string Target => Path.Combine(_folder, "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_link_stays_and_what_it_leads_to_is_replaced()
    {
        var link = Path.Combine(_folder, "link");
        File.WriteAllText(Target, "old");
        File.CreateSymbolicLink(link, Target);
        WholeFile.Write(link, static stream => stream.Write("new"u8));
        Assert.Equal(Target, new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(Target));
    }

    [Fact]
    public void Replaced_is_the_link_itself()
    {
        var link = Path.Combine(_folder, "link");
        File.WriteAllText(Target, "old");
        File.CreateSymbolicLink(link, Target);
        WholeFile.Replace(link, "new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Null(new FileInfo(link).LinkTarget);
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(link));
    }

    [Fact]
    public void Nobody_can_lead_the_new_octets_elsewhere()
    {
        var victim = Path.Combine(_folder, "victim");
        File.WriteAllText(victim, "mine");
        File.CreateSymbolicLink(Target + ".new", victim);
        WholeFile.Replace(Target, "new");
        Assert.Equal("mine", File.ReadAllText(victim));
        Assert.Equal("new", File.ReadAllText(Target));
    }

    [Fact]
    public void What_fails_leaves_the_old_one_and_nothing_beside()
    {
        File.WriteAllText(Target, "old");
        Assert.Throws<IOException>(() => WholeFile.Write(Target, static stream =>
        {
            stream.Write(Encoding.ASCII.GetBytes("half"));
            throw new IOException("the disk is full");
        }));
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_gets_what_another_has()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.GroupRead;
        File.WriteAllText(Target, "");
        File.SetUnixFileMode(Target, mode);
        var other = Path.Combine(_folder, "other");
        File.WriteAllText(other, "");
        if (Environment.IsPrivilegedProcess)
            FileOwner.GiveToGroup(Target, 4);
        FileOwner.GiveLike(other, Target);
        Assert.Equal(mode, File.GetUnixFileMode(other));
        Assert.Equal(FileStatus.Of(Target)?.Group, FileStatus.Of(other)?.Group);
        FileOwner.GiveLike(other, Path.Combine(_folder, "nothing"));
        Assert.Equal(mode, File.GetUnixFileMode(other));
    }
}
