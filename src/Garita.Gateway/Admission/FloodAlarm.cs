using System.Globalization;
using Garita.Gateway.Alarms;

namespace Garita.Gateway.Admission;

/// <summary>Raises <see cref="AlarmKind.Flood"/> once overload has lasted for three heartbeats, and tells of its end when all is calm again.</summary>
internal sealed class FloodAlarm(IAlarms alarms)
{
    /// <summary>A single late heartbeat is no flood.</summary>
    private const int Lasting = 3;

    private int _beats;
    private bool _isTold;

    /// <summary>Looks at the level, at each heartbeat.</summary>
    /// <param name="level">The level now.</param>
    /// <param name="connections">Client connections now.</param>
    /// <param name="slots">Connections that are possible.</param>
    internal void Beat(PressureLevel level, int connections, int slots)
    {
        _beats = level == PressureLevel.Overload ? _beats + 1 : 0;
        if (_beats == Lasting)
        {
            _isTold = true;
            alarms.Raise(Alarm(string.Create(CultureInfo.InvariantCulture, $"the gateway is overloaded, with {connections} of {slots} connections: slow and idle clients go first, strangers wait"), isOver: false));
        }
        else if (_isTold && level == PressureLevel.Calm)
        {
            _isTold = false;
            alarms.Raise(Alarm("the gateway is calm again", isOver: true));
        }
    }

    private static Alarm Alarm(string text, bool isOver) => new(AlarmKind.Flood, Tenant: null, text, "overload", isOver);
}
