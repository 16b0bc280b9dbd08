using System.Collections.Concurrent;
using Garita.Gateway.Alarms;

namespace Garita.Gateway.Tests.Alarms;

/// <summary>Keeps what was raised.</summary>
internal sealed class HeardAlarms : IAlarms
{
    internal ConcurrentQueue<Alarm> Raised { get; } = new();

    public void Raise(Alarm alarm) => Raised.Enqueue(alarm);
}
