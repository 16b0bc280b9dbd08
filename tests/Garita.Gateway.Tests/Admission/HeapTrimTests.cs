using Garita.Gateway.Admission;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

public sealed class HeapTrimTests
{
    private readonly ManualTime _time = new();
    private long _allocated;
    private long _committed = 8L << 20;
    private int _collections;

    [Fact]
    public async Task What_a_flood_took_is_given_back_once_when_it_is_over()
    {
        var trim = new HeapTrim(_time, () => _allocated, () => _committed, Collect);

        // 1. While it goes on, the collector is left alone.
        _committed = 100L << 20;
        await PassAsync(trim, allocates: 50L << 20);
        Assert.Equal(0, _collections);

        // 2. Over: once.
        await PassAsync(trim, allocates: 1000);
        Assert.Equal(1, _collections);
        await PassAsync(trim, allocates: 1000);
        Assert.Equal(1, _collections);

        // 3. What stays is in use; only much more than that is worth another.
        _committed += HeapTrim.Worth;
        await PassAsync(trim, allocates: 0);
        Assert.Equal(1, _collections);
        _committed++;
        await PassAsync(trim, allocates: 0);
        Assert.Equal(2, _collections);
    }

    private void Collect()
    {
        _collections++;
        _committed = 30L << 20;
    }

    private async Task PassAsync(HeapTrim trim, long allocates)
    {
        _allocated += allocates;
        _time.Advance(HeapTrim.Every);
        trim.Beat(_time.GetTimestamp());
        await trim.Last;
    }
}
