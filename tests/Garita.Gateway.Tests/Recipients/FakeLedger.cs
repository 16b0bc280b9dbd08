using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;

namespace Garita.Gateway.Tests.Recipients;

/// <summary>A ledger that keeps refusals in a list.</summary>
internal sealed class FakeLedger : ILedger
{
    internal List<RememberedRefusal> Refusals { get; } = [];

    internal List<string?> Forgotten { get; } = [];

    public long Dropped => 0;

    public Task<IReadOnlyList<RememberedRefusal>> RefusalsAsync() => Task.FromResult<IReadOnlyList<RememberedRefusal>>([.. Refusals]);

    public void Remember(RememberedRefusal refusal) => Refusals.Add(refusal);

    public void ForgetRefusals(string? recipient) => Forgotten.Add(recipient);

    public void Record(DecisionRecord record) => throw new NotSupportedException();

    public void Audit(AuditEntry entry) => throw new NotSupportedException();

    public Task<IReadOnlyList<DecisionRecord>> ExplainAsync(string what, int most) => throw new NotSupportedException();

    public Task<IReadOnlyList<AuditEntry>> AuditTrailAsync(int most) => throw new NotSupportedException();

    public Task<IReadOnlyList<ExceptionRule>> ExceptionsAsync() => throw new NotSupportedException();

    public Task AddExceptionAsync(ExceptionRule exception) => throw new NotSupportedException();

    public Task<bool> RemoveExceptionAsync(string id) => throw new NotSupportedException();

    public Task<IReadOnlyList<RememberedDelivery>> DeliveriesAsync() => throw new NotSupportedException();

    public void Remember(RememberedDelivery delivery) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
