using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>A ledger in memory.</summary>
internal sealed class FakeLedger : ILedger
{
    private readonly List<DecisionRecord> _records = [];
    private readonly List<RememberedDelivery> _deliveries = [];

    public IReadOnlyList<DecisionRecord> Records
    {
        get
        {
            lock (_records)
                return [.. _records];
        }
    }

    public IReadOnlyList<RememberedDelivery> Kept
    {
        get
        {
            lock (_records)
                return [.. _deliveries];
        }
    }

    public long Dropped => 0;

    public void Record(DecisionRecord record)
    {
        lock (_records)
            _records.Add(record);
    }

    public void Audit(AuditEntry entry)
    {
        // Not looked at by these tests.
    }

    public Task<IReadOnlyList<DecisionRecord>> ExplainAsync(string what, int most) => Task.FromResult(Records);

    public Task<IReadOnlyList<AuditEntry>> AuditTrailAsync(int most) => Task.FromResult<IReadOnlyList<AuditEntry>>([]);

    public Task<IReadOnlyList<ExceptionRule>> ExceptionsAsync() => Task.FromResult<IReadOnlyList<ExceptionRule>>([]);

    public Task AddExceptionAsync(ExceptionRule exception) => Task.CompletedTask;

    public Task<bool> RemoveExceptionAsync(string id) => Task.FromResult(false);

    public Task<IReadOnlyList<RememberedDelivery>> DeliveriesAsync() => Task.FromResult(Kept);

    public void Remember(RememberedDelivery delivery)
    {
        lock (_records)
            _deliveries.Add(delivery);
    }

    public Task<IReadOnlyList<RememberedRefusal>> RefusalsAsync() => Task.FromResult<IReadOnlyList<RememberedRefusal>>([]);

    public void Remember(RememberedRefusal refusal)
    {
        // Not looked at by these tests.
    }

    public void ForgetRefusals(string? recipient)
    {
        // Not looked at by these tests.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
