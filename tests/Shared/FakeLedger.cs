using System.Collections.Concurrent;
using System.Net;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Ledger;
using Garita.Gateway.Rules;

namespace Garita.Testing;

/// <summary>A ledger in memory: what was given to it can be looked at.</summary>
internal sealed class FakeLedger : ILedger
{
    private readonly Lock _lock = new();
    private readonly List<DecisionRecord> _records = [];
    private readonly List<AuditEntry> _audit = [];
    private readonly List<RememberedDelivery> _deliveries = [];
    private readonly List<RememberedRefusal> _refusals = [];
    private readonly List<RememberedTrust> _trust = [];
    private readonly Dictionary<IPNetwork, Ban> _bans = [];
    private readonly List<string?> _forgotten = [];
    private readonly List<ExceptionRule> _exceptions = [];

    public IReadOnlyList<DecisionRecord> Records => Copy(_records);

    public IReadOnlyList<AuditEntry> Audited => Copy(_audit);

    public IReadOnlyList<RememberedDelivery> Kept => Copy(_deliveries);

    public IReadOnlyList<RememberedRefusal> Refusals => Copy(_refusals);

    public IReadOnlyList<string?> Forgotten => Copy(_forgotten);

    public long Dropped => 0;

    public void Record(DecisionRecord record) => Add(_records, record);

    public void Audit(AuditEntry entry) => Add(_audit, entry);

    public Task<IReadOnlyList<DecisionRecord>> ExplainAsync(string what, int most) => Task.FromResult(Records);

    public Task<IReadOnlyList<AuditEntry>> AuditTrailAsync(int most) => Task.FromResult(Audited);

    public Task<IReadOnlyList<ExceptionRule>> ExceptionsAsync() => Task.FromResult(Copy(_exceptions));

    public Task AddExceptionAsync(ExceptionRule exception)
    {
        Add(_exceptions, exception);
        return Task.CompletedTask;
    }

    public Task<bool> RemoveExceptionAsync(string id)
    {
        lock (_lock)
            return Task.FromResult(_exceptions.RemoveAll(exception => string.Equals(exception.Id, id, StringComparison.Ordinal)) > 0);
    }

    public Task<IReadOnlyList<RememberedDelivery>> DeliveriesAsync() => Task.FromResult(Kept);

    public void Remember(RememberedDelivery delivery) => Add(_deliveries, delivery);

    public Task<IReadOnlyList<RememberedRefusal>> RefusalsAsync() => Task.FromResult(Refusals);

    public void Remember(RememberedRefusal refusal) => Add(_refusals, refusal);

    public Task<IReadOnlyList<RememberedTrust>> TrustAsync() => Task.FromResult(Copy(_trust));

    public void Remember(RememberedTrust trust) => Add(_trust, trust);

    public Task<IReadOnlyList<Ban>> BansAsync()
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<Ban>>([.. _bans.Values]);
    }

    public void Remember(Ban ban)
    {
        lock (_lock)
            _bans[ban.Network] = ban;
    }

    public void ForgetBan(IPNetwork? network)
    {
        lock (_lock)
        {
            if (network is { } one)
                _bans.Remove(one);
            else
                _bans.Clear();
        }
    }

    /// <summary>Parts of what was counted of recipients asked for.</summary>
    public ConcurrentDictionary<string, byte[]> Harvest { get; } = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<HarvestRow>> HarvestAsync() => Task.FromResult<IReadOnlyList<HarvestRow>>([.. Harvest.Select(static part => new HarvestRow(part.Key, part.Value))]);

    public Task KeepHarvestAsync(IReadOnlyList<HarvestRow> rows, bool anew)
    {
        if (anew)
            Harvest.Clear();
        foreach (var row in rows)
            Harvest[row.Part] = row.State;
        return Task.CompletedTask;
    }

    public void ForgetRefusals(string? recipient) => Add(_forgotten, recipient);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Add<T>(List<T> list, T one)
    {
        lock (_lock)
            list.Add(one);
    }

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_lock)
            return [.. list];
    }
}
