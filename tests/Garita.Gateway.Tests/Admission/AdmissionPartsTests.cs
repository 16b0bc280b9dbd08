using System.Net;
using Garita.Gateway.Admission;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

public sealed class AdmissionPartsTests
{
    private sealed class Place(string name) : HeldPlace
    {
        internal string Name { get; } = name;

        internal override void Evict()
        {
        }
    }

    [Fact]
    public void The_least_worthy_goes_first()
    {
        var order = new EvictionOrder();
        Place crowded = new("crowded"), idle = new("idle"), active = new("active"), trusted = new("trusted"), held = new("held");
        order.Advance(trusted, PlaceRank.Trusted, 1);
        order.Advance(held, PlaceRank.Stranger, 2);
        order.Advance(active, PlaceRank.Stranger, 3);
        order.Advance(idle, PlaceRank.Stranger, 4);
        order.Advance(crowded, PlaceRank.Crowded, 5);
        order.Advance(active, PlaceRank.Stranger, 6);
        order.Leave(held);
        Assert.Equal("crowded idle active", string.Join(" ", Enumerable.Range(0, 3).Select(_ => ((Place)order.TakeLeast(PlaceRank.Trusted)!).Name)));
        Assert.Null(order.TakeLeast(PlaceRank.Trusted));
        order.Leave(crowded);
        order.Advance(held, PlaceRank.Stranger, 7);
        Assert.Same(held, order.TakeLeast(PlaceRank.Trusted));
    }

    [Fact]
    public void Pressure_rises_at_once_and_falls_ten_points_lower()
    {
        var gauge = new PressureGauge(NullLogger.Instance);
        PressureLevel After(double slots, double memory = 0, int late = 0)
        {
            gauge.Measure(slots, memory, TimeSpan.FromMilliseconds(late));
            return gauge.Level;
        }

        Assert.Equal(PressureLevel.Calm, After(0.69));
        Assert.Equal(PressureLevel.Pressure, After(0.7));
        Assert.Equal(PressureLevel.Pressure, After(0.61));
        Assert.Equal(PressureLevel.Calm, After(0.59));
        Assert.Equal(PressureLevel.Overload, After(0.1, 0.9));
        Assert.Equal(PressureLevel.Overload, After(0.1, 0.81));
        Assert.Equal(PressureLevel.Pressure, After(0.1, 0.79));
        Assert.Equal(PressureLevel.Calm, After(0.1, 0.1));
        Assert.Equal(PressureLevel.Overload, After(0, 0, 1900));
        Assert.Equal(PressureLevel.Calm, After(0));
        gauge.Rise(0.95);
        Assert.Equal(PressureLevel.Overload, gauge.Level);
        gauge.Rise(0.1);
        Assert.Equal(PressureLevel.Overload, gauge.Level);
    }

    [Fact]
    public void A_rate_is_counted_in_a_sliding_window()
    {
        var time = new ManualTime();
        var counter = new RateCounter(TimeSpan.FromMinutes(1), time);
        for (var i = 0; i < 60; i++)
            counter.Add(7);
        Assert.Equal(60, counter.Of(7));
        time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(30, counter.Of(7), 1.0);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, counter.Of(7));
        time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(1, counter.Add(7));
    }

    [Fact]
    public void A_million_networks_stay_within_bounds_and_the_idle_are_forgotten_first()
    {
        var counter = new RateCounter(TimeSpan.FromHours(1), new ManualTime(), most: 10_000);
        counter.Add(ulong.MaxValue, 100);
        for (ulong i = 0; i < 1_000_000; i++)
        {
            counter.Add(i);
            if (i % 5_000 == 0)
                counter.Add(42_000_000);
        }

        Assert.InRange(counter.Keys, 1, 20_001);
        Assert.Equal(0, counter.Of(ulong.MaxValue));
        Assert.True(counter.Of(42_000_000) >= 2);
    }

    [Fact]
    public void A_network_has_its_own_limits_before_the_listener_and_the_general_ones()
    {
        var limits = new LimitSettings { ForNetworks = [new NetworkLimits { Networks = [IPNetwork.Parse("198.51.100.0/24")], ConnectionsPerClient = 500 }] };
        var listener = new ListenerSettings { Name = "mx", Bind = [], ConnectionsPerClient = 5, ConnectionsPerMinute = 7 };
        Assert.Equal((500, 150, 7), Of("198.51.100.9"));
        Assert.Equal((5, 150, 7), Of("192.0.2.1"));

        (int, int, int) Of(string client)
        {
            var own = ClientLimits.For(IPAddress.Parse(client), limits, listener);
            return (own.ConnectionsPerClient, own.ConnectionsPerNetwork, own.ConnectionsPerMinute);
        }
    }
}
