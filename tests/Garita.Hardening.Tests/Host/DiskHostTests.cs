using System.Runtime.InteropServices;
using System.Text;
using Garita.Hardening.Host;
using Xunit;

namespace Garita.Hardening.Tests.Host;

/// <summary>An image that somebody hostile made, and the running system.</summary>
public sealed class DiskHostTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("garita-disk-").FullName;
    private readonly string _root;
    private readonly DiskHost _host;

    public DiskHostTests()
    {
        _root = Path.Combine(_outside, "root");
        Directory.CreateDirectory(Path.Combine(_root, "etc/inner"));
        File.WriteAllText(Path.Combine(_outside, "secret"), "outside");
        File.WriteAllText(Path.Combine(_root, "etc/hosts"), "inside");
        _host = new DiskHost(_root + "/");
    }

    public void Dispose() => Directory.Delete(_outside, recursive: true);

    [Theory]
    [InlineData("/../secret")]
    [InlineData("../../secret")]
    [InlineData("../../../../../../../../../../etc/hostname")]
    [InlineData("/etc/passwd")]
    [InlineData("inner/../../../secret")]
    public void Links_never_lead_out(string target)
    {
        File.CreateSymbolicLink(Path.Combine(_root, "etc/link"), target);
        Assert.Null(_host.Read("/etc/link"));
        Assert.Null(_host.Stat("/etc/link"));
        Assert.Null(_host.List("/etc/link"));
        Assert.Equal(target, _host.LinkTarget("/etc/link"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "up"), "..");
        Assert.Null(_host.Read("/up/secret"));
        Assert.Equal("inside", _host.Read("/up/etc/hosts"));
        Assert.Null(_host.Read("/etc/../../secret"));
    }

    [Theory]
    [InlineData("/etc/hosts")]
    [InlineData("hosts")]
    [InlineData("../etc/./hosts")]
    [InlineData("../../../../etc/hosts")]
    [InlineData("/also/hosts")]
    public void Links_lead_where_they_would_on_that_host(string target)
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "also"), "/etc");
        File.CreateSymbolicLink(Path.Combine(_root, "etc/link"), target);
        Assert.Equal("inside", _host.Read("/etc/link"));
        Assert.Equal("inside", _host.Read("/also/link"));
        Assert.False(_host.Stat("/also//link/")!.IsFolder);
        Assert.Equal(target, _host.LinkTarget("/also/link"));
        Assert.Null(_host.LinkTarget("/etc/hosts"));
        Assert.Equal(["hosts", "inner", "link"], _host.List("/also"));
    }

    [Fact]
    public void Loops_end()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "a"), "/b");
        File.CreateSymbolicLink(Path.Combine(_root, "b"), "a");
        Assert.Throws<CannotLookException>(() => _host.Read("/a"));
        Assert.Throws<CannotLookException>(() => _host.Stat("/b/etc"));
        Assert.Equal("/b", _host.LinkTarget("/a"));
    }

    [Fact]
    public void What_is_no_file_is_not_opened()
    {
        Assert.Equal(0, MakeNode([.. Encoding.UTF8.GetBytes(Path.Combine(_root, "etc/pipe")), 0], 0x1000 | 0x1B6 /* S_IFIFO | 0666 */, 0));
        // Opening it would wait for a writer.
        Assert.Throws<CannotLookException>(() => _host.Read("/etc/pipe"));
        Assert.Throws<CannotLookException>(() => new DiskHost().Read(Path.Combine(_root, "etc/pipe")));
        Assert.NotNull(_host.Stat("/etc/pipe"));
        Assert.Null(_host.List("/etc/pipe"));
        Assert.Null(_host.Read("/etc/inner"));
        Assert.Throws<CannotLookException>(() => new DiskHost().Read("/dev/zero"));
        Assert.Null(new DiskHost().Read("/dev/null"));
    }

    [Fact]
    public void What_is_no_text_says_nothing()
    {
        File.WriteAllText(Path.Combine(_root, "etc/sudoers"), "root ALL=(ALL) ALL\n\0");
        Assert.Contains("is no text", Assert.Throws<CannotLookException>(() => _host.Read("/etc/sudoers")).Message, StringComparison.Ordinal);
        Assert.Contains("\0", new DiskHost().Read("/proc/self/cmdline")!, StringComparison.Ordinal);
    }

    /// <summary>sudo and others take such a file; whoever leaves it out has not looked.</summary>
    [Fact]
    public void A_name_that_is_not_UTF_8_hides_nothing()
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(Path.Combine(_root, "etc/inner/")), (byte)'a', 0xff, 0];
        Assert.Equal(0, MakeNode(name, 0x8000 | 0x1A4 /* S_IFREG | 0644 */, 0));
        Assert.Throws<CannotLookException>(() => _host.List("/etc/inner"));
        Assert.Equal(0, Remove(name));
        Assert.Empty(_host.List("/etc/inner")!);
    }

    [Fact]
    public void A_package_database_without_a_package_is_none()
    {
        Directory.CreateDirectory(Path.Combine(_root, "var/lib/dpkg"));
        File.WriteAllText(Path.Combine(_root, "var/lib/dpkg/status"), "what is this?\n");
        Assert.Throws<CannotLookException>(() => new HostFacts(_host, Roles.None).Packages);
    }

    [Fact]
    public void Large_files_are_not_read()
    {
        using (var large = File.Create(Path.Combine(_root, "large")))
            large.SetLength((8 << 20) + 1);
        File.WriteAllText(Path.Combine(_root, "just"), new string('x', 8 << 20));
        Assert.Contains("larger than 8 MiB", Assert.Throws<CannotLookException>(() => _host.Read("/large")).Message, StringComparison.Ordinal);
        Assert.Equal(8 << 20, _host.Read("/just")!.Length);
    }

    [Fact]
    public void What_may_not_be_read_is_not_known()
    {
        File.SetUnixFileMode(Path.Combine(_root, "etc/hosts"), UnixFileMode.None);
        File.SetUnixFileMode(Path.Combine(_root, "etc/inner"), UnixFileMode.None);
        // Root may everything, unless this thread is somebody else for a moment.
        var before = Environment.IsPrivilegedProcess ? SetFileUser(65534) : -1;
        try
        {
            if (before == 0)
            {
                // The folder of the test is root's alone.
                Assert.Throws<CannotLookException>(() => _host.Stat("/etc/hosts"));
                Assert.Throws<CannotLookException>(() => _host.List("/etc"));
            }

            Assert.Throws<CannotLookException>(() => _host.Read("/etc/hosts"));
            Assert.Throws<CannotLookException>(() => _host.List("/etc/inner"));
            Assert.Throws<CannotLookException>(() => _host.Read("/etc/inner/file"));
        }
        finally
        {
            if (before >= 0)
                _ = SetFileUser((uint)before);
            File.SetUnixFileMode(Path.Combine(_root, "etc/inner"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void The_kernel_is_asked_of_the_running_system_only()
    {
        Directory.CreateDirectory(Path.Combine(_root, "proc"));
        File.WriteAllText(Path.Combine(_root, "proc/cmdline"), "of whom?");
        File.CreateSymbolicLink(Path.Combine(_root, "etc/mtab"), "../proc/self/mounts");
        Assert.Throws<CannotLookException>(() => _host.Read("/proc/cmdline"));
        Assert.Throws<CannotLookException>(() => _host.Read("/etc/mtab"));
        Assert.Throws<CannotLookException>(() => _host.List("/sys/kernel"));
        Assert.Throws<CannotLookException>(() => _host.Run("true", []));
        Assert.False(_host.Has("sh"));
        Assert.False(_host.IsLive);
        var live = new DiskHost();
        Assert.True(live.IsLive);
        Assert.NotEmpty(live.Read("/proc/self/status")!);
        Assert.NotEmpty(live.Read("/proc/sys/kernel/ostype")!);
        Assert.True(live.Has("sh"));
        Assert.False(live.Has("no-such-program"));
        Assert.False(live.Has("../bin/sh"));
    }

    [Fact]
    public void Owner_and_mode_are_told()
    {
        var file = Path.Combine(_root, "etc/hosts");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.SetGroup | UnixFileMode.OtherExecute);
        var facts = _host.Stat("/etc/hosts")!;
        Assert.Equal("02441", facts.Octal);
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), _host.Stat("/etc/hosts")!.Modified);
        Assert.Equal(new DiskHost().Stat(file), _host.Stat("/etc/hosts"));
        Assert.Equal(_host.Stat("/")!.User, facts.User);
        Assert.True(_host.Stat("/etc")!.IsFolder);
        Assert.Null(_host.Stat("/etc/hosts/more"));
        Assert.Equal(0u, new DiskHost().Stat("/usr")!.User);
    }

    [Fact]
    public void Many_threads_may_ask() => Parallel.For(0, 200, _ => Assert.Equal("inside", _host.Read("/etc/hosts")));

    [DllImport("libc", EntryPoint = "mknod")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakeNode(byte[] path, uint mode, ulong device);

    [DllImport("libc", EntryPoint = "unlink")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Remove(byte[] path);

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileUser(uint user);
}
