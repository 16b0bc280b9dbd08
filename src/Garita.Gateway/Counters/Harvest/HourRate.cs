using System.Runtime.InteropServices;

namespace Garita.Gateway.Counters.Harvest;

/// <summary>Events within the last hour, from two hours beside each other: exact enough, and eight octets.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct HourRate
{
    private const int Hour = 3600;

    private int _hour;
    private int _before;
    private int _now;

    internal void Add(int now)
    {
        Turn(now);
        _now++;
    }

    internal int At(int now)
    {
        Turn(now);
        return _now + (int)((long)_before * (Hour - (now % Hour)) / Hour);
    }

    private void Turn(int now)
    {
        var hour = now / Hour;
        if (hour == _hour)
            return;
        _before = hour == _hour + 1 ? _now : 0;
        _now = 0;
        _hour = hour;
    }
}
