using Garita.Gateway.Admission;
using Garita.Gateway.Alarms;
using Garita.Gateway.Tests.Alarms;
using Xunit;

namespace Garita.Gateway.Tests.Admission;

public sealed class FloodAlarmTests
{
    [Fact]
    public void Overload_that_lasts_is_told_once_and_its_end_when_all_is_calm()
    {
        var heard = new HeardAlarms();
        var flood = new FloodAlarm(heard);
        Beat(PressureLevel.Overload, 2);
        Beat(PressureLevel.Pressure, 1);
        Beat(PressureLevel.Overload, 2);
        Assert.Empty(heard.Raised);
        Beat(PressureLevel.Overload, 5);
        var alarm = Assert.Single(heard.Raised);
        Assert.Equal((AlarmKind.Flood, null, false), (alarm.Kind, alarm.Tenant, alarm.IsOver));
        Assert.Contains("950 of 1000", alarm.Text, StringComparison.Ordinal);
        Beat(PressureLevel.Pressure, 3);
        Assert.Single(heard.Raised);
        Beat(PressureLevel.Calm, 3);
        Assert.Equal([false, true], heard.Raised.Select(static raised => raised.IsOver));

        void Beat(PressureLevel level, int times)
        {
            for (var i = 0; i < times; i++)
                flood.Beat(level, 950, 1000);
        }
    }
}
