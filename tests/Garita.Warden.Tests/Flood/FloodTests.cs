using Garita.Wall.Warden;
using Garita.Warden.Flood;
using Xunit;

namespace Garita.Warden.Tests.Flood;

/// <summary>When it is a flood, and what the kernel's files say of it.</summary>
public sealed class FloodTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-flood-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Cookies_and_dropped_connections_are_a_flood_by_their_rate()
    {
        var flood = new FloodSwitch(_time);
        // What was counted before we came says nothing.
        Assert.False(flood.Look(new FloodReading(0, 1_000_000, 0), isWished: false));
        Assert.False(Later(flood, 1, new FloodReading(0, 1_000_049, 0)));
        Assert.True(Later(flood, 1, new FloodReading(0, 1_000_100, 0)));
    }

    [Fact]
    public void A_rate_is_not_taken_of_a_moment()
    {
        var flood = new FloodSwitch(_time);
        flood.Look(new FloodReading(0, 0, 0), isWished: false);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(flood.Look(new FloodReading(0, 10, 0), isWished: false));
        Assert.False(Later(flood, 1, new FloodReading(0, 10, 0)));
    }

    [Fact]
    public void It_goes_on_while_syns_come_that_nobody_completes()
    {
        var flood = new FloodSwitch(_time);
        flood.Look(new FloodReading(FloodSwitch.HalfOpenFrom, 0, 0), isWished: false);
        long unanswered = 0;
        for (var i = 0; i < 200; i++)
            Assert.True(Later(flood, 1, new FloodReading(0, 0, unanswered += 100)));
        for (var i = 0; i < 59; i++)
            Assert.True(Later(flood, 1, new FloodReading(0, 0, unanswered += 10)));
        Assert.False(Later(flood, 1, new FloodReading(0, 0, unanswered)));
        // Without a flood, a few that are not completed do not begin one.
        Assert.False(Later(flood, 1, new FloodReading(0, 0, unanswered + 1000)));
    }

    [Fact]
    public void On_and_off_are_as_they_say()
    {
        var flood = new FloodSwitch(_time) { Mode = FloodMode.Off };
        Assert.False(flood.Look(new FloodReading(9999, 0, 0), isWished: true));
        flood.Mode = FloodMode.On;
        Assert.True(flood.Look(default, isWished: false));
    }

    [Fact]
    public void The_kernel_s_files_are_read()
    {
        const string Head = "  sl  local_address rem_address   st tx_queue rx_queue\n";
        File.WriteAllText(Path.Combine(_folder, "tcp"), Head + "   0: 0100007F:0019 00000000:0000 0A 0\n   1: 0100007F:0019 0200007F:1000 03 0\n   2: 0100007F:0019 0200007F:1001 01 0\n");
        File.WriteAllText(Path.Combine(_folder, "tcp6"), Head + "   0: 0:0019 0:0000 03 0\n   1: 0:0019 0:0000 03 0\n");
        File.WriteAllText(Path.Combine(_folder, "netstat"), "TcpExt: SyncookiesSent Other ListenOverflows TCPReqQFullDrop\nTcpExt: 5 1000 7 9\nIpExt: A\nIpExt: 99\n");
        Directory.CreateDirectory(Path.Combine(_folder, "stat"));
        File.WriteAllText(Path.Combine(_folder, "stat/synproxy"), "entries\t\tsyn_received\tcookie_invalid\tcookie_valid\tcookie_retrans\tconn_reopened\n00000000\t00000100\t00000001\t00000010\t0\t0\n00000000\t00000001\t00000001\t00000000\t0\t0\n");
        Assert.Equal(new FloodReading(3, 21, 0x100 + 1 - 0x10), new HandshakeCounts(_folder).Read());
    }

    [Fact]
    public void What_cannot_be_read_counts_nothing() => Assert.Equal(default, new HandshakeCounts(Path.Combine(_folder, "none")).Read());

    [Theory]
    [InlineData("0", "1", "1", null)]
    [InlineData("0", "2", "1", null)]
    [InlineData("1", "1", "1", "net.netfilter.nf_conntrack_tcp_loose=0")]
    [InlineData("0", "0", "1", "net.ipv4.tcp_syncookies=1")]
    [InlineData("0", "1", "0", "net.ipv4.tcp_timestamps=1")]
    [InlineData(null, null, null, null)]
    public void The_stack_has_to_be_set_for_it(string? loose, string? cookies, string? stamps, string? wrong)
    {
        foreach (var (file, value) in ((string, string?)[])[("netfilter/nf_conntrack_tcp_loose", loose), ("ipv4/tcp_syncookies", cookies), ("ipv4/tcp_timestamps", stamps)])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
            if (value is not null)
                File.WriteAllText(Path.Combine(_folder, file), value + "\n");
        }

        var found = new StackSettings(_folder).Wrong();
        if (wrong is null)
            Assert.Null(found);
        else
            Assert.Contains(wrong, found, StringComparison.Ordinal);
    }

    private bool Later(FloodSwitch flood, int seconds, FloodReading reading)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return flood.Look(reading, isWished: false);
    }
}
