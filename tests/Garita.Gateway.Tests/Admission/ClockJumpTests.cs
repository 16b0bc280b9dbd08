using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Admission.Bans;
using Garita.Gateway.Tests.Dialogue;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

/// <summary>The clock on the wall jumps: nobody is locked out for ever, let off early or kept waiting.</summary>
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly IPAddress Offender = IPAddress.Parse("198.51.100.7");
    private static readonly IPAddress Sender = IPAddress.Parse("192.0.2.7");

    public static TheoryData<int> Hours => [1, -1, 24 * 365, -24 * 365];

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task A_dialogue_goes_on_and_is_cut_when_its_time_is_over(int hours)
    {
        var time = new ManualTime();
        await using var gateway = await GatewayUnderTest.StartAsync(
            static settings => settings with { Limits = settings.Limits with { MessagesPerHour = 3 }, Harvest = settings.Harvest with { Slow = TimeSpan.Zero } }, time);
        using (var peer = await EvictionTests.PeerAsync(gateway, "127.1.0.1"))
        {
            await peer.SayAsync("EHLO c.example", "250");
            await SendAsync(peer);
            time.JumpWallClock(TimeSpan.FromHours(hours));
            time.Advance(Beat);
            await SendAsync(peer);

            // Unknown ones are told as before, and rates hold on both sides of the jump.
            await peer.SayAsync("MAIL FROM:<a@x.test>", "250");
            await peer.SayAsync("RCPT TO:<nobody@example.com>", "550");
            await peer.SayAsync("RSET", "250");
            await peer.SayAsync("MAIL FROM:<a@x.test>", "450 4.7.1");
            time.JumpWallClock(TimeSpan.FromHours(-hours));
            time.Advance(Beat);
            await peer.SayAsync("NOOP", "250");
        }

        await LeftAsync(gateway, time);
        // Two hours later the rate is forgotten.
        time.Advance(TimeSpan.FromHours(2));
        using (var peer = await EvictionTests.PeerAsync(gateway, "127.1.0.1"))
        {
            await peer.SayAsync("EHLO c.example", "250");
            await SendAsync(peer);
            await peer.SayAsync("QUIT", "221");
        }

        await LeftAsync(gateway, time);
    }

    [Fact]
    public async Task A_machine_that_stood_still_for_a_while_cuts_nobody_who_was_silent_meanwhile()
    {
        var time = new ManualTime();
        await using var gateway = await GatewayUnderTest.StartAsync(null, time);
        using var peer = await EvictionTests.PeerAsync(gateway, "127.1.0.1");
        await peer.SayAsync("EHLO c.example", "250");
        time.Advance(Beat);
        time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 8; i++)
            time.Advance(Beat);
        await peer.SayAsync("NOOP", "250");

        // Silence is as long as ever.
        for (var i = 0; i < 4 * 299; i++)
            time.Advance(Beat);
        await peer.SayAsync("NOOP", "250");
        Assert.Contains("(slow-client, session ", await peer.ReadWhileAsync(time), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public void A_ban_lasts_as_long_as_it_was_made_for(int hours)
    {
        var scene = new BanScene();
        Assert.True(scene.Offend(Offender.ToString()));
        scene.Time.JumpWallClock(TimeSpan.FromHours(hours));
        scene.Pass(TimeSpan.FromSeconds(1));
        Assert.True(scene.IsBanned(Offender.ToString()));
        var left = Assert.Single(scene.Book.List()).Until - scene.Time.GetUtcNow();
        Assert.InRange(left, scene.Settings.Bans.Steps[0] - TimeSpan.FromSeconds(10), scene.Settings.Bans.Steps[0]);
        scene.Pass(scene.Settings.Bans.Steps[0]);
        Assert.False(scene.IsBanned(Offender.ToString()));
        Assert.True(scene.Offend(Offender.ToString()));
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public void Trust_can_be_earned_after_the_clock_was_wrong(int hours)
    {
        var time = new ManualTime();
        var book = new TrustBook(new FakeLedger(), time);
        time.JumpWallClock(TimeSpan.FromHours(hours));
        book.Accepted(Sender, "example.net");
        time.JumpWallClock(TimeSpan.FromHours(-hours));
        for (var day = 0; day < 3; day++)
        {
            book.Accepted(Sender, "example.net");
            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.True(book.IsTrusted(Sender, new NetworkSettings()));
        Assert.True(book.IsTrusted("example.net"));
        time.Advance(TimeSpan.FromDays(2 * TrustBook.Days));
        Assert.False(book.IsTrusted(Sender, new NetworkSettings()));
    }

    private static async Task LeftAsync(GatewayUnderTest gateway, ManualTime time)
    {
        while (gateway.Server.Status().Connections > 0)
        {
            time.Advance(Beat);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private static async Task SendAsync(EvictionTests.Peer peer)
    {
        await peer.SayAsync("MAIL FROM:<a@x.test>", "250");
        await peer.SayAsync("RCPT TO:<user1@example.com>", "250");
        await peer.SayAsync("DATA", "354");
        await peer.SayAsync("From: a@x.test\r\n\r\nhi\r\n.", "250");
    }
}
