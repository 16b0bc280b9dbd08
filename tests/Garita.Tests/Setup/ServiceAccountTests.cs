using Garita.Machine.Files;
using Garita.Setup;
using Xunit;

namespace Garita.Tests.Setup;

/// <summary>Who runs setup may read everything; the service may not.</summary>
public sealed class ServiceAccountTests : IDisposable
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-account-").FullName;
    private readonly string _file;
    private readonly uint _group;

    public ServiceAccountTests()
    {
        File.SetUnixFileMode(_folder, Open);
        _file = Path.Combine(_folder, "people");
        File.WriteAllText(_file, "anna@example.com\n");
        _group = FileStatus.Of(_file)!.Value.Group;
    }

    private static ServiceAccount Stranger => new("garita", 54321, [54321]);

    private ServiceAccount Member => new("garita", 54321, [54321, _group]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_found_with_its_groups()
    {
        File.WriteAllText(Path.Combine(_folder, "passwd"), "root:x:0:0:root:/root:/bin/sh\nbroken\ngarita:x:990:991::/var/lib/garita:/usr/sbin/nologin\n");
        File.WriteAllText(Path.Combine(_folder, "group"), "garita:x:991:\nssl-cert:x:110:postgres,garita\nother:x:111:garitax\n");
        var account = ServiceAccount.Find("garita", _folder);
        Assert.Equal((990u, "991 110"), (account!.User, string.Join(' ', account.Groups)));
        Assert.Null(ServiceAccount.Find("nobody-here", _folder));
        Assert.Null(ServiceAccount.Find("garita", Path.Combine(_folder, "none")));
    }

    [Fact]
    public void Owner_group_and_others_are_told_apart()
    {
        File.SetUnixFileMode(_file, Closed);
        Assert.Contains("chgrp garita " + _file, Stranger.Problem(_file)!.Next, StringComparison.Ordinal);
        Assert.NotNull(Member.Problem(_file));
        Assert.Null(new ServiceAccount("garita", Self.User, [54321]).Problem(_file));
        File.SetUnixFileMode(_file, Closed | UnixFileMode.GroupRead);
        Assert.NotNull(Stranger.Problem(_file));
        Assert.Null(Member.Problem(_file));
        File.SetUnixFileMode(_file, Closed | UnixFileMode.OtherRead);
        Assert.Null(Stranger.Problem(_file));
        // The first that fits decides: whom the group shuts out, others do not let in.
        Assert.NotNull(Member.Problem(_file));
    }

    [Fact]
    public void A_folder_that_is_closed_is_named_and_links_are_followed()
    {
        var inner = Directory.CreateDirectory(Path.Combine(_folder, "live")).FullName;
        var hidden = Path.Combine(inner, "key.pem");
        File.WriteAllText(hidden, "key");
        File.SetUnixFileMode(hidden, Closed | UnixFileMode.OtherRead);
        File.SetUnixFileMode(inner, Closed | UnixFileMode.UserExecute);
        var link = Path.Combine(_folder, "link.pem");
        File.CreateSymbolicLink(link, hidden);
        foreach (var path in (string[])[hidden, link])
            Assert.Contains($"{inner} is closed to it", Stranger.Problem(path)!.Text, StringComparison.Ordinal);
        File.SetUnixFileMode(inner, Open);
        Assert.Null(Stranger.Problem(link));
    }

    [Fact]
    public void Settings_are_for_the_service_s_group_and_for_all_where_there_is_none()
    {
        var file = Path.Combine(_folder, "etc", "garita.toml");
        var mine = new ServiceAccount("garita", 54321, [_group]);
        SettingsPlace.Write(file, "# one\n", mine, TimeProvider.System);
        Assert.Equal(Closed | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
        Assert.Equal(_group, FileStatus.Of(file)!.Value.Group);
        Assert.Null(mine.Problem(file));
        var other = Path.Combine(_folder, "other", "garita.toml");
        SettingsPlace.Write(other, "# one\n", null, TimeProvider.System);
        Assert.Equal(Closed | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(other));
        Assert.Null(Stranger.Problem(other));
        // Replaced, it has the rights it had, and it is said when they are too few.
        File.SetUnixFileMode(file, Closed);
        Assert.Contains(SettingsPlace.Write(file, "# two\n", mine, TimeProvider.System), static line => line.Contains("cannot read", StringComparison.Ordinal));
        Assert.Equal(Closed, File.GetUnixFileMode(file));
        Assert.Equal("# two\n", File.ReadAllText(file));
    }
}
