using System.Net.Sockets;
using System.Text;
using Garita.Wall.Kernel;
using Garita.Wall.Warden;
using Garita.Warden.Service;
using Xunit;

namespace Garita.Warden.Tests.Service;

/// <summary>The command line, what systemd is told, and the log.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-service-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Options_are_read()
    {
        Assert.Null(WardenOptions.TryRead(["--socket", "/tmp/s", "--group", "-", "--user", "mail", "--never", "/n", "--never-ban", "192.0.2.0/24", "--never-ban", "::1", "--flood", "off", "--private"], out var options));
        Assert.Equal(("/tmp/s", "-", "mail", "/n", FloodMode.Off, true), (options.Socket, options.Group, options.User, options.NeverFile, options.Flood, options.TakesPrivate));
        Assert.Equal(["192.0.2.0/24", "::1"], options.NeverBan);
        Assert.Null(WardenOptions.TryRead([], out var defaults));
        Assert.Equal(("/run/garita-warden/warden.sock", "garita", "garita", FloodMode.Auto, false), (defaults.Socket, defaults.Group, defaults.User, defaults.Flood, defaults.TakesPrivate));
    }

    [Theory]
    [InlineData("--flod is no option", "--flod")]
    [InlineData("--socket needs a value", "--socket")]
    [InlineData("expected off, on or auto", "--flood", "sometimes")]
    public void Wrong_options_are_said(string problem, params string[] words) => Assert.Contains(problem, WardenOptions.TryRead(words, out _), StringComparison.Ordinal);

    [Fact]
    public void Every_option_is_in_the_help()
    {
        foreach (var option in (string[])["--socket", "--group", "--user", "--never", "--never-ban", "--private", "--flood", "--program", "--check", "--help", "--version"])
            Assert.Contains(option, WardenOptions.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_of_the_machine_are_read()
    {
        File.WriteAllText(Path.Combine(_folder, "fib_trie"), """
            Local:
              +-- 0.0.0.0/0 3 0 5
                    |-- 192.0.2.0
                       /24 link UNICAST
                    |-- 192.0.2.1
                       /32 host LOCAL
                    |-- 192.0.2.255
                       /32 link BROADCAST
            """);
        File.WriteAllText(Path.Combine(_folder, "if_inet6"), "20010db8000100000000000000000001 02 40 00 80     eth0\nnonsense\n");
        Assert.Equal(["192.0.2.1", "2001:db8:1::1"], OwnAddresses.Read(_folder).Select(static one => one.ToString()).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Empty(OwnAddresses.Read(Path.Combine(_folder, "none")));
        Assert.Contains(System.Net.IPAddress.Loopback, OwnAddresses.Read(OwnAddresses.Folder));
    }

    [Fact]
    public void Systemd_is_told()
    {
        var path = Path.Combine(_folder, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        var notice = new ServiceNotice(path);
        notice.Ready("listens");
        notice.Alive();
        notice.Stopping();
        Assert.Equal(["READY=1\nSTATUS=listens", "WATCHDOG=1", "STOPPING=1"], [Next(), Next(), Next()]);
        new ServiceNotice(null).Ready("");
        new ServiceNotice(Path.Combine(_folder, "nobody")).Ready("");
        Assert.Equal(TimeSpan.FromSeconds(15), ServiceNotice.WatchdogPause("30000000"));
        Assert.Null(ServiceNotice.WatchdogPause(null));
        Assert.Null(ServiceNotice.WatchdogPause("-1"));

        string Next()
        {
            var octets = new byte[200];
            return Encoding.UTF8.GetString(octets, 0, systemd.Receive(octets));
        }
    }

    [Fact]
    public void The_log_is_bounded_and_has_no_control_characters()
    {
        var time = new ManualTime();
        using var output = new StringWriter();
        var journal = new Journal(output, isJournal: true, time);
        journal.Say(JournalLevel.Error, "a\nb\u001b[31m");
        for (var i = 0; i < 200; i++)
            journal.Say(JournalLevel.Warning, "again");
        time.Advance(TimeSpan.FromMinutes(1));
        journal.Say(JournalLevel.Information, "later");
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("<3>a?b?[31m", lines[0]);
        Assert.Equal(Journal.MostLines + 2, lines.Length);
        Assert.Equal(["<4>141 lines were left out", "<6>later"], lines[^2..]);
    }
}
