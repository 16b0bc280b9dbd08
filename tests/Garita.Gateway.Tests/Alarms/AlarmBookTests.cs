using Garita.Gateway.Alarms;
using Xunit;

namespace Garita.Gateway.Tests.Alarms;

public sealed class AlarmBookTests
{
    private static readonly Alarm Down = new(AlarmKind.BackendDown, "acme", "down", "10.0.0.5:25");
    private readonly ManualTime _time = new();
    private readonly AlarmBook _book;

    public AlarmBookTests() => _book = new AlarmBook(_time);

    [Fact]
    public void Each_kind_and_tenant_is_told_once_an_hour_with_the_number_of_those_that_were_not()
    {
        Assert.Equal(AlarmVerdict.Tell, _book.Take(Down, out _));
        Assert.Equal(AlarmVerdict.Count, _book.Take(Down, out _));
        Assert.Equal(AlarmVerdict.Tell, _book.Take(Down with { Tenant = "beta" }, out _));
        Assert.Equal(AlarmVerdict.Tell, _book.Take(Down with { Kind = AlarmKind.Flood, Tenant = null }, out _));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AlarmVerdict.Log, _book.Take(Down, out _));
        Assert.Equal(AlarmVerdict.Count, _book.Take(Down, out _));
        _time.Advance(TimeSpan.FromMinutes(59) - TimeSpan.FromTicks(1));
        Assert.Equal(AlarmVerdict.Log, _book.Take(Down, out _));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(AlarmVerdict.Tell, _book.Take(Down, out var suppressed));
        Assert.Equal(4, suppressed);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(AlarmVerdict.Tell, _book.Take(Down, out suppressed));
        Assert.Equal(0, suppressed);
    }

    [Fact]
    public void An_end_is_told_once_and_only_of_what_was_told()
    {
        var over = Down with { IsOver = true };
        Assert.Equal(AlarmVerdict.Count, _book.Take(over, out _));
        _book.Take(Down, out _);
        Assert.Equal(AlarmVerdict.Count, _book.Take(over with { Key = "10.0.0.6:25" }, out _));
        Assert.Equal(AlarmVerdict.Tell, _book.Take(over, out _));
        Assert.Equal(AlarmVerdict.Count, _book.Take(over, out _));
        // Down again within the hour: neither this nor its end.
        Assert.Equal(AlarmVerdict.Count, _book.Take(Down, out _));
        Assert.Equal(AlarmVerdict.Count, _book.Take(over, out _));
    }

    [Fact]
    public void It_is_bounded()
    {
        for (var i = 0; i < AlarmBook.Most; i++)
            Assert.Equal(AlarmVerdict.Tell, _book.Take(Down with { Tenant = "t" + i }, out _));
        Assert.Equal(AlarmVerdict.Count, _book.Take(Down, out _));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(AlarmVerdict.Tell, _book.Take(Down, out _));
    }
}
