using System.Net;
using Garita.Wall.Warden;
using Garita.Warden.Bans;
using Garita.Warden.Flood;
using Garita.Warden.Service;
using Xunit;

namespace Garita.Warden.Tests.Bans;

/// <summary>The kernel holds what the gateway said, whatever happens to the table, and nobody of the never-ban list.</summary>
public sealed class KeeperTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeKernel _kernel = new();
    private readonly StringWriter _log = new();
    private readonly List<(string Line, string From)> _never = [("198.51.100.0/24", "file")];
    private FloodReading _handshakes;
    private string? _stack;
    private readonly Keeper _keeper;

    public KeeperTests()
    {
        _keeper = new Keeper(_kernel, () => NeverList.Make(_never, [], takesPrivate: false, []), () => _handshakes, () => _stack, FloodMode.Auto, _time, new Journal(_log, isJournal: false, _time));
        _keeper.Beat();
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Bans_reach_the_kernel_at_once_and_end()
    {
        Assert.Equal(new DoneAnswer(2, 0, true), _keeper.Ban([Ban("192.0.2.1/32"), Ban("2001:db8::/48")]));
        Assert.Equal(["192.0.2.1/32", "2001:db8::/48"], Held(), StringComparer.Ordinal);
        Assert.Equal(_time.GetTimestamp() + (3600 * _time.TimestampFrequency), _kernel.Held["192.0.2.1/32"]);
        Assert.Equal(new DoneAnswer(1, 1, true), _keeper.Unban([IPNetwork.Parse("192.0.2.1/32"), IPNetwork.Parse("192.0.2.9/32")]));
        Assert.Equal(["2001:db8::/48"], Held(), StringComparer.Ordinal);
        Pass(3700);
        Assert.Equal(0, _keeper.State().Networks);
    }

    [Fact]
    public void Nobody_on_the_never_ban_list_is_taken_and_it_is_said()
    {
        Assert.Equal(new DoneAnswer(1, 4, true), _keeper.Ban([Ban("198.51.100.7/32"), Ban("127.0.0.9/32"), Ban("10.0.0.1/32"), Ban("198.18.0.0/15"), Ban("192.0.2.1/32")]));
        Assert.Equal(["192.0.2.1/32"], Held(), StringComparer.Ordinal);
        Assert.Equal(4, _keeper.State().Refused);
        Assert.Contains("4 networks refused, the gateway enforces them alone; the first is 198.51.100.7/32: has 198.51.100.0/24 (file), which is never banned", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_comes_onto_the_never_ban_list_is_let_in()
    {
        _keeper.Ban([Ban("192.0.2.1/32"), Ban("192.0.2.2/32")]);
        _never.Add(("192.0.2.2", "file"));
        Pass(61);
        Assert.Equal(["192.0.2.1/32"], Held(), StringComparer.Ordinal);
    }

    [Fact]
    public void A_snapshot_takes_the_place_of_all_before_it()
    {
        _kernel.Held["203.0.113.5/32"] = long.MaxValue;
        _keeper.Beat();
        // 1. What a warden before left stays until the gateway has spoken, even when single bans come first.
        _keeper.Ban([Ban("192.0.2.1/32")]);
        Assert.Equal(["192.0.2.1/32", "203.0.113.5/32"], Held(), StringComparer.Ordinal);
        // 2. Then it goes.
        Assert.Equal(new DoneAnswer(1, 1, true), _keeper.Replace([Ban("192.0.2.2/32"), Ban("127.0.0.1/32")]));
        Assert.Equal(["192.0.2.2/32"], Held(), StringComparer.Ordinal);
        Assert.Equal(1, _kernel.Loads);
        // 3. The next one only changes what differs.
        _keeper.Replace([Ban("192.0.2.2/32"), Ban("192.0.2.3/32")]);
        Assert.Equal(["192.0.2.2/32", "192.0.2.3/32"], Held(), StringComparer.Ordinal);
        Assert.Equal(1, _kernel.Loads);
        _keeper.Replace([]);
        Assert.Empty(Held());
    }

    [Fact]
    public void A_table_that_is_missing_is_filled_when_it_appears_and_again_when_it_is_made_anew()
    {
        _kernel.DropTable();
        Pass(1);
        Assert.Equal(new DoneAnswer(2, 0, false), _keeper.Replace([Ban("192.0.2.1/32"), Ban("192.0.2.0/24")]));
        Assert.Equal((false, false, 2), (_keeper.State().HasTable, _keeper.State().InKernel, _keeper.State().Networks));
        Pass(1);
        Assert.Empty(Held());
        _kernel.MakeTable();
        Pass(1);
        Assert.Equal(["192.0.2.0/24", "192.0.2.1/32"], Held(), StringComparer.Ordinal);
        Assert.True(_keeper.State() is { HasTable: true, InKernel: true });
        _kernel.MakeTable();
        Pass(1);
        Assert.Equal(["192.0.2.0/24", "192.0.2.1/32"], Held(), StringComparer.Ordinal);
        Assert.Equal(1, _log.ToString().Split("no table").Length - 1);
    }

    [Fact]
    public void Leftovers_go_also_when_the_gateway_said_no_bans_before_the_table_appeared()
    {
        _kernel.DropTable();
        Pass(1);
        _keeper.Replace([]);
        _kernel.MakeTable();
        _kernel.Held["203.0.113.5/32"] = long.MaxValue;
        Pass(1);
        Assert.Empty(Held());
    }

    [Fact]
    public void What_the_kernel_refuses_is_loaded_anew_ever_more_rarely()
    {
        _keeper.Replace([]);
        _kernel.Refuses = "No buffer space";
        Assert.Equal(new DoneAnswer(1, 0, false), _keeper.Ban([Ban("192.0.2.1/32")]));
        Assert.Contains("No buffer space", _keeper.State().Problem, StringComparison.Ordinal);
        for (var i = 0; i < 60; i++)
            Pass(1);
        Assert.InRange(_kernel.Loads, 4, 8);
        Assert.Equal(1, _log.ToString().Split("No buffer space").Length - 1);
        _kernel.Refuses = null;
        Pass(61);
        Assert.Equal(["192.0.2.1/32"], Held(), StringComparer.Ordinal);
        Assert.Equal("", _keeper.State().Problem);
    }

    [Fact]
    public void What_somebody_else_did_to_the_sets_is_put_right_and_said()
    {
        _keeper.Replace([Ban("192.0.2.1/32"), Ban("192.0.2.2/32"), Ban("2001:db8::/48")]);
        Pass(1);
        var loads = _kernel.Loads;
        // 1. As it should be: nothing happens.
        Pass(1);
        Assert.Equal((loads, 0), (_kernel.Loads, _keeper.State().Mended));
        // 2. Some are missing, and one is strange.
        _kernel.Held.Remove("192.0.2.2/32");
        _kernel.Held.Remove("2001:db8::/48");
        _kernel.Held["203.0.113.0/24"] = long.MaxValue;
        Pass(1);
        Assert.Equal(["192.0.2.1/32", "192.0.2.2/32", "2001:db8::/48"], Held(), StringComparer.Ordinal);
        Assert.Contains("somebody else changed the bans in the kernel (2 missing, 1 that nobody said)", _log.ToString(), StringComparison.Ordinal);
        Pass(60);
        Assert.Equal((1, TimeSpan.FromSeconds(60)), (_keeper.State().Mended, _keeper.State().MendedAgo));
    }

    [Fact]
    public void As_long_as_nothing_was_touched_the_kernel_is_neither_looked_at_nor_read_but_for_now_and_then()
    {
        _keeper.Replace([Ban("192.0.2.1/32")]);
        Pass(1);
        _kernel.Touched = false;
        Pass(1);
        var (looks, reads) = (_kernel.Looks, _kernel.Reads);
        _kernel.Held.Clear();
        Pass(500);
        Assert.Equal((looks, reads), (_kernel.Looks, _kernel.Reads));
        Pass(101);
        Assert.Equal((looks, reads + 1), (_kernel.Looks, _kernel.Reads));
        Assert.Equal(["192.0.2.1/32"], Held(), StringComparer.Ordinal);
        // Where it cannot be told it is looked, as it always was, and read as rarely.
        _kernel.Touched = null;
        Pass(1);
        Assert.Equal((looks + 1, reads + 1), (_kernel.Looks, _kernel.Reads));
    }

    [Fact]
    public void A_reading_that_somebody_disturbs_is_begun_again_and_elements_about_to_end_are_not_missed()
    {
        _keeper.Replace([Ban("192.0.2.1/32"), new WardenBan(IPNetwork.Parse("192.0.2.2/32"), TimeSpan.FromSeconds(8))]);
        _kernel.IsRead = false;
        _kernel.Held.Clear();
        Pass(1);
        Assert.Empty(Held());
        _kernel.IsRead = true;
        _kernel.Held["192.0.2.1/32"] = 1;
        Pass(1);
        Assert.Equal(0, _keeper.State().Mended);
        _kernel.Held.Clear();
        Pass(1);
        Assert.Equal(1, _keeper.State().Mended);
    }

    [Fact]
    public void Leftovers_are_nobody_s_matter_before_the_gateway_has_spoken()
    {
        _kernel.Held["203.0.113.5/32"] = long.MaxValue;
        Pass(1);
        Pass(1);
        Assert.Equal((0, 0), (_kernel.Reads, _keeper.State().Mended));
    }

    [Fact]
    public void A_flood_turns_the_mode_on_and_a_calm_minute_off()
    {
        _handshakes = new FloodReading(300, 0, 0);
        Pass(1);
        Assert.True(_kernel.IsFlooding);
        _handshakes = new FloodReading(0, 0, 0);
        Pass(30);
        Assert.True(_kernel.IsFlooding);
        Pass(31);
        Assert.False(_kernel.IsFlooding);
    }

    [Fact]
    public void The_gateway_may_wish_it_as_long_as_it_is_connected_and_administrators_decide()
    {
        var gateway = new object();
        Assert.True(_keeper.Wish(gateway, isWanted: true).InKernel);
        Assert.True(_kernel.IsFlooding);
        _keeper.SetFlood(FloodMode.Off);
        Assert.False(_kernel.IsFlooding);
        _keeper.SetFlood(FloodMode.Auto);
        Assert.True(_kernel.IsFlooding);
        _keeper.Wish(gateway, isWanted: false);
        Pass(59);
        Assert.True(_kernel.IsFlooding);
        Pass(2);
        Assert.False(_kernel.IsFlooding);
        _keeper.SetFlood(FloodMode.On);
        Assert.True(_kernel.IsFlooding);
        // The ruleset was loaded anew, and the chains are empty.
        _kernel.MakeTable();
        Pass(1);
        Assert.True(_kernel.IsFlooding);
    }

    [Fact]
    public void The_flood_mode_is_not_turned_on_where_it_would_turn_everybody_away()
    {
        _stack = "the flood mode needs net.netfilter.nf_conntrack_tcp_loose=0";
        _keeper.SetFlood(FloodMode.On);
        Assert.False(_kernel.IsFlooding);
        Assert.Contains("tcp_loose=0", _keeper.State().Problem, StringComparison.Ordinal);
        _stack = null;
        _kernel.HasMailPorts = false;
        Pass(1);
        Assert.Contains("mail_ports", _keeper.State().Problem, StringComparison.Ordinal);
        _kernel.HasMailPorts = true;
        Pass(1);
        Assert.True(_kernel.IsFlooding);
        Assert.Equal("", _keeper.State().Problem);
    }

    private static WardenBan Ban(string network) => new(IPNetwork.Parse(network), TimeSpan.FromHours(1));

    private IEnumerable<string> Held() => _kernel.Held.Keys.Order(StringComparer.Ordinal);

    private void Pass(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _keeper.Beat();
    }
}
