using System.Diagnostics.Metrics;

namespace Garita.Gateway.Counters;

/// <summary>
/// What is counted for the administrator, under Prometheus names with base units. Counting is lock-free and allocates nothing per event
/// but for tags; whoever exports listens to the meter <see cref="MeterName"/>.
/// </summary>
public sealed class GatewayMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Garita";

    /// <summary>Makes the instruments.</summary>
    public GatewayMetrics() => Meter = new Meter(MeterName);

    /// <summary>The meter, for instruments that other parts add.</summary>
    public Meter Meter { get; }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
