using System.Diagnostics.Metrics;

namespace Garita.Admin;

/// <summary>What Prometheus expects of every process, and the collector's work; the runtime's own forty instruments are left out.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    public const string MeterName = "Garita.Process";

    private readonly Meter _meter = new(MeterName);

    public ProcessMetrics(TimeProvider time)
    {
        var started = time.GetUtcNow().ToUnixTimeSeconds();
        _meter.CreateObservableGauge("process_resident_memory_bytes", static () => Environment.WorkingSet, description: "Resident memory.");
        _meter.CreateObservableGauge("process_start_time_seconds", () => started, description: "Start of the process, seconds since 1970.");
        _meter.CreateObservableCounter("process_cpu_seconds_total", static () => Environment.CpuUsage.TotalTime.TotalSeconds, description: "Processor time used.");
        _meter.CreateObservableGauge("garita_managed_heap_bytes", static () => GC.GetTotalMemory(false), description: "Managed heap in use.");
        _meter.CreateObservableCounter("garita_gc_pause_seconds_total", static () => GC.GetTotalPauseDuration().TotalSeconds, description: "Time the collector stopped everything.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
