using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Admission.Bans;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

/// <summary>The clock on the wall jumps: nobody is locked out for ever or let off early.</summary>
public sealed class ClockJumpTests
{
    private static readonly IPAddress Offender = IPAddress.Parse("198.51.100.7");
    private static readonly IPAddress Sender = IPAddress.Parse("192.0.2.7");

    public static TheoryData<int> Hours => [1, -1, 24 * 365, -24 * 365];

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
}
