using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Garita.Gateway.Alarms;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients.CallAhead;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Recipients;

/// <summary>
/// Who exists at the tenants: what their sources say, and what their mail servers refused lately. Answers from memory, or asks a directory
/// or a mail server within a deadline. It does not count who asks; that is the harvest rule's matter.
/// </summary>
public sealed partial class RecipientDirectory : IRecipientDirectory, IDisposable
{
    /// <summary><see cref="RecipientAnswer.FoundIn"/> of a tenant whose mail server has gone mad.</summary>
    public const string Frozen = "frozen";

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RefusalMemory _refusals;
    private readonly IRecipientProbes? _probes;
    private readonly IAlarms _alarms;
    private readonly Lock _applying = new();
    private volatile FrozenDictionary<string, TenantRecipients> _tenants = FrozenDictionary<string, TenantRecipients>.Empty;

    /// <summary>A directory without tenants; <see cref="Apply"/> brings them.</summary>
    /// <param name="refusals">Late refusals, loaded from the ledger by whoever starts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where is logged.</param>
    /// <param name="probes">Asks mail servers for call-ahead; null where no tenant needs it.</param>
    /// <param name="alarms">Who is told of sources and servers that went wrong; null for nobody.</param>
    public RecipientDirectory(RefusalMemory refusals, TimeProvider time, ILoggerFactory logs, IRecipientProbes? probes = null, IAlarms? alarms = null)
    {
        _probes = probes;
        _alarms = alarms ?? NoAlarms.Instance;
        _refusals = refusals;
        _time = time;
        _log = logs.CreateLogger<RecipientDirectory>();
    }

    /// <summary>Takes a settings snapshot. Files of new or changed tenants are read before it returns; others stay as they are.</summary>
    /// <param name="settings">The snapshot.</param>
    public void Apply(GatewaySettings settings)
    {
        lock (_applying)
        {
            var before = _tenants;
            var now = new Dictionary<string, TenantRecipients>(StringComparer.Ordinal);
            foreach (var tenant in settings.Tenants)
                now[tenant.Name] = before.GetValueOrDefault(tenant.Name) is { } same && same.Fits(tenant) ? same : Make(tenant, settings.DataFolder, isChange: before.ContainsKey(tenant.Name));
            _tenants = now.ToFrozenDictionary(StringComparer.Ordinal);
            foreach (var gone in before.Values.Except(now.Values))
                gone.Dispose();
        }
    }

    /// <inheritdoc/>
    public ValueTask<RecipientAnswer> FindAsync(TenantSettings tenant, Mailbox? sender, Mailbox recipient)
    {
        // 1. A tenant that was taken out of the settings while this session went on.
        if (!_tenants.TryGetValue(tenant.Name, out var known))
            return new(new RecipientAnswer(RecipientStatus.Unavailable, "no tenant"));

        // 2. A mad mail server is believed in nothing.
        if (known.Flips.IsFrozen)
            return new(new RecipientAnswer(RecipientStatus.Unavailable, Frozen));

        // 3. The mail server's own late word goes before the source's, postmaster's too: else a message to several would never get through.
        if (_refusals.Find(sender, recipient) is { } refusal)
            return new(Replay(refusal));

        // 4. The source.
        return known.CallAhead is { } ask && !recipient.IsPostmaster() ? ask.FindAsync(recipient) : known.FindAsync(tenant.Recipients, recipient);
    }

    /// <summary>Takes notice of a recipient that the mail server refused at RCPT though it was accepted here.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="sender">The reverse-path; null for the null one.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="code">The backend's reply code, 4xx or 5xx; others are ignored.</param>
    /// <param name="enhanced">Its enhanced code, if it gave one.</param>
    public void RefusedLate(TenantSettings tenant, Mailbox? sender, Mailbox recipient, int code, EnhancedCode? enhanced)
    {
        var isNew = _refusals.Remember(sender, recipient, code, enhanced);
        if (!isNew || !_tenants.TryGetValue(tenant.Name, out var known))
            return;
        // Asked anew when the refusal has run out.
        known.CallAhead?.Forget(recipient);
        if (known.List is not { } list)
            return;
        // What only a catch-all knows was never known, so it did not flip.
        if (known.Find(tenant.Recipients, recipient).FoundIn is not ("file" or Ldap.LdapRecipients.Read) || !known.Flips.Flipped(list.Count))
            return;
        Mad(tenant);
    }

    /// <summary>Forgets the late refusals of a recipient, or all of them.</summary>
    /// <param name="recipient">The address in any case; null for all.</param>
    /// <returns>How many there were.</returns>
    public int Forget(string? recipient)
    {
        foreach (var tenant in _tenants.Values)
            tenant.CallAhead?.Forget(recipient);
        return _refusals.Forget(recipient);
    }

    /// <summary>Reads a tenant's source now (<c>garita recipients sync</c>).</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="force">Whether it is taken however much it loses: an administrator has looked at it.</param>
    public Task<SyncResult> SyncAsync(string tenant, bool force) =>
        _tenants.TryGetValue(tenant, out var known) ? known.SyncAsync(force) : Task.FromResult(new SyncResult(tenant, false, null, "there is no such tenant"));

    /// <summary>How a tenant's source stands; null where there is no such tenant.</summary>
    /// <param name="tenant">The tenant's name.</param>
    public SourceState? StateOf(string tenant) => _tenants.GetValueOrDefault(tenant)?.State;

    /// <summary>How the tenants' directories (LDAP) stand, by tenant.</summary>
    public IReadOnlyList<DirectoryState> Directories() =>
        [.. _tenants.Values.Select(static tenant => tenant.Directory).OfType<DirectoryState>().OrderBy(static state => state.Tenant, StringComparer.Ordinal)];

    /// <summary>Has a meter show how the directories stand, by tenant.</summary>
    /// <param name="meter">The meter.</param>
    public void ShowOn(Meter meter)
    {
        Gauge("garita_directory_recipients", "Addresses in force of a tenant's directory", static (_, state) => state.Count);
        Gauge("garita_directory_reading_age_seconds", "Since when the addresses in force were read", static (now, state) => (now - state.Taken)?.TotalSeconds);
        Gauge("garita_directory_errors_total", "Readings and questions of a tenant's directory that failed since the start", static (_, state) => state.Errors);
        Gauge("garita_directory_stale", "1 where the reading is too old to call an address unknown", static (_, state) => state.IsStale ? 1 : 0);

        void Gauge(string name, string description, Func<DateTimeOffset, DirectoryState, double?> value) => meter.CreateObservableGauge(
            name,
            () => Directories().Where(state => value(_time.GetUtcNow(), state) is not null)
                .Select(state => new Measurement<double>(value(_time.GetUtcNow(), state)!.Value, new KeyValuePair<string, object?>("tenant", state.Tenant))),
            description: description);
    }

    /// <summary>The addresses of a tenant that are in force; null where it has no source, or nothing was read.</summary>
    /// <param name="tenant">The tenant's name.</param>
    public RecipientList? ListOf(string tenant) => _tenants.GetValueOrDefault(tenant)?.List;

    /// <summary>Addresses and catch-alls a tenant's source knows; null where it has none or nothing was read.</summary>
    /// <param name="tenant">The tenant's name.</param>
    public int? Count(string tenant) => ListOf(tenant)?.Count;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tenant in _tenants.Values)
            tenant.Dispose();
    }

    private static RecipientAnswer Replay(RememberedRefusal refusal) =>
        new(
            RecipientStatus.RefusedLately,
            "late-refusal",
            refusal.Code,
            EnhancedCode.TryParse(System.Text.Encoding.ASCII.GetBytes(refusal.Enhanced), out var enhanced, out _) ? enhanced : new EnhancedCode((byte)(refusal.Code / 100), 0, 0));

    private void Mad(TenantSettings tenant)
    {
        LogMad(tenant.Name);
        _alarms.Raise(new Alarm(AlarmKind.LateRefusals, tenant.Name, "the mail server refuses more than 5 % of the recipients it should know: they get 451 for 10 min, and its refusals are forgotten", tenant.Name));
        _refusals.ForgetDomains(tenant.Domains);
        _tenants.GetValueOrDefault(tenant.Name)?.CallAhead?.Forget(address: null);
    }

    private TenantRecipients Make(TenantSettings tenant, string dataFolder, bool isChange)
    {
        var made = new TenantRecipients(tenant, dataFolder, _time, _log, _probes, _alarms) { WentMad = () => Mad(tenant) };
        // Whoever mends the source wants the mended answer now.
        made.WhenChanged(() => _refusals.ForgetDomains(tenant.Domains));
        if (isChange)
            _refusals.ForgetDomains(tenant.Domains);
        return made;
    }

    [LoggerMessage(6110, LogLevel.Critical, "The mail server of tenant {Tenant} refuses more than 5 % of the recipients its source knows: its recipients get 451 for 10 min, and its refusals are forgotten")]
    private partial void LogMad(string tenant);
}
