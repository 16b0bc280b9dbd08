using System.Diagnostics.Metrics;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>What of the quarantine is measured, by tenant.</summary>
internal static class QuarantineMetrics
{
    internal static void Add(Meter meter, IQuarantine quarantine)
    {
        meter.CreateObservableGauge("garita_quarantine_messages", () => quarantine.Totals().Select(static total => new Measurement<int>(total.Messages, Tenant(total))), description: "Messages in the quarantine");
        meter.CreateObservableGauge("garita_quarantine_bytes", () => quarantine.Totals().Select(static total => new Measurement<long>(total.Octets, Tenant(total))), description: "Octets that the quarantine takes on the disk");
    }

    private static KeyValuePair<string, object?> Tenant(QuarantineTotal total) => new("tenant", total.Tenant);
}
