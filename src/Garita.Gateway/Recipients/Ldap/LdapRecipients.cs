using System.Text;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Alarms;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>
/// A tenant's recipients from its directory. In <see cref="LdapMode.Sync"/> the reading answers, and what it lacks is asked for within a rate before it is
/// called unknown; in <see cref="LdapMode.Live"/> each address is asked for. Answers are kept for a short time. A directory that cannot be asked never
/// makes an address unknown that a fresh reading does not.
/// </summary>
internal sealed partial class LdapRecipients : IDisposable
{
    /// <summary>Found in the reading.</summary>
    internal const string Read = "ldap";

    /// <summary>The directory said so itself, now or shortly before.</summary>
    internal const string Live = "ldap-live";

    /// <summary>The reading is too old to say no.</summary>
    internal const string Stale = "ldap-stale";

    /// <summary>More addresses are missing than may be asked for.</summary>
    internal const string Rate = "ldap-rate";

    /// <summary>The directory does not answer.</summary>
    internal const string Down = "ldap-down";

    private const int MostKept = 20_000;
    private static readonly TimeSpan YesFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NoFor = TimeSpan.FromMinutes(1);

    private readonly string _tenant;
    private readonly LdapSettings _settings;
    private readonly LdapSync? _sync;
    private readonly LdapPool _pool;
    private readonly BoundedCache<Mailbox, Answer> _kept;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _counting = new();
    private long _second = -1;
    private int _inSecond;
    private long _saidDown;
    private long _errors;

    private sealed record Answer(bool IsKnown, long Until);

    internal LdapRecipients(TenantSettings tenant, string dataFolder, TimeProvider time, ILogger log, IAlarms alarms)
    {
        _tenant = tenant.Name;
        _settings = tenant.Recipients.Ldap!;
        _time = time;
        _log = log;
        _kept = new BoundedCache<Mailbox, Answer>(MostKept, tenant.Recipients.CaseSensitive ? null : AnyCase.Instance);
        var servers = new LdapServers(_settings, time);
        _pool = new LdapPool(_settings, servers, time);
        _sync = _settings.Mode == LdapMode.Sync ? new LdapSync(tenant, servers, dataFolder, time, log, alarms) : null;
    }

    /// <summary>The reading; null in live mode.</summary>
    internal LdapSync? Sync => _sync;

    /// <summary>Readings and questions that failed since the start.</summary>
    internal long Errors => Interlocked.Read(ref _errors) + (_sync?.Errors ?? 0);

    /// <summary>Asks for an address that memory does not have.</summary>
    /// <param name="settings">The settings of the session that asks.</param>
    /// <param name="recipient">The recipient.</param>
    internal ValueTask<RecipientAnswer> FindAsync(RecipientSettings settings, Mailbox recipient)
    {
        // 1. What was asked for lately. A no does not outlive the reading that it goes with.
        if (_kept.TryGet(recipient, out var kept) && _time.GetTimestamp() < kept.Until)
            return new(kept.IsKnown ? new RecipientAnswer(RecipientStatus.Known, Live) : No(Live));

        // 2. The rate: a harvester must not become a load on the directory.
        if (_sync is not null && _settings.LiveRate == 0)
            return new(No(Read));
        if (_sync is not null && !MayAsk())
            return new(new RecipientAnswer(RecipientStatus.Unavailable, Rate));
        return AskAsync(settings, recipient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sync?.Dispose();
        _pool.Dispose();
    }

    /// <summary>The answers that are kept are of the source as it was.</summary>
    internal void Forget() => _kept.Clear();

    private async ValueTask<RecipientAnswer> AskAsync(RecipientSettings settings, Mailbox recipient)
    {
        try
        {
            var isKnown = await _pool.AskAsync(Candidates(settings, recipient)).ConfigureAwait(false);
            _kept.Set(recipient, new Answer(isKnown, _time.GetTimestamp() + (long)((isKnown ? YesFor : NoFor).TotalSeconds * _time.TimestampFrequency)));
            return isKnown ? new RecipientAnswer(RecipientStatus.Known, Live) : No(Live);
        }
        catch (LdapException e)
        {
            Interlocked.Increment(ref _errors);
            SayDown(e.Message);
            // A fresh reading stands for itself; without one it cannot be told.
            return _sync is null ? new RecipientAnswer(RecipientStatus.Unavailable, Down) : No(Read);
        }
    }

    // A no that only an old reading stands behind is none: a directory that lost half of itself says no as well.
    private RecipientAnswer No(string foundIn) => _sync is { IsStale: true } ? new(RecipientStatus.Unavailable, Stale) : new(RecipientStatus.Unknown, foundIn);

    private static List<byte[]> Candidates(RecipientSettings settings, Mailbox recipient)
    {
        var addresses = new List<byte[]>();
        Add(recipient.Domain);
        // A directory may have the address as people write it; a reading makes it ASCII, so both are the same there.
        if (DomainName.ToUnicode(recipient.Domain) is { } unicode)
            Add(unicode);
        return addresses;

        void Add(string domain)
        {
            addresses.Add(Encoding.UTF8.GetBytes(new Mailbox(recipient.LocalPart, domain).ToString()));
            // RFC 5233 §4: user and detail are parted at the first separator.
            var end = recipient.LocalPart.AsSpan().IndexOfAny(settings.Subaddress);
            if (end > 0)
                addresses.Add(Encoding.UTF8.GetBytes(new Mailbox(recipient.LocalPart[..end], domain).ToString()));
            addresses.Add(Encoding.UTF8.GetBytes("@" + domain));
        }
    }

    private bool MayAsk()
    {
        var second = _time.GetTimestamp() / _time.TimestampFrequency;
        lock (_counting)
        {
            if (second != _second)
                (_second, _inSecond) = (second, 0);
            return ++_inSecond <= _settings.LiveRate;
        }
    }

    // Once a minute, not with every recipient.
    private void SayDown(string problem)
    {
        var now = _time.GetTimestamp();
        var said = Volatile.Read(ref _saidDown);
        if ((said == 0 || _time.GetElapsedTime(said, now) > TimeSpan.FromMinutes(1)) && Interlocked.CompareExchange(ref _saidDown, now, said) == said)
            LogDown(_tenant, problem);
    }

    [LoggerMessage(6130, LogLevel.Error, "Tenant {Tenant}: the directory could not be asked for a recipient: {Problem}")]
    private partial void LogDown(string tenant, string problem);

    // As recipient lists compare: ASCII case does not count.
    private sealed class AnyCase : IEqualityComparer<Mailbox>
    {
        internal static readonly AnyCase Instance = new();

        public bool Equals(Mailbox? one, Mailbox? other) =>
            ReferenceEquals(one, other) || (one is not null && other is not null
                && System.Text.Ascii.EqualsIgnoreCase(one.Domain, other.Domain)
                && string.Equals(one.LocalPart, other.LocalPart, StringComparison.OrdinalIgnoreCase));

        public int GetHashCode(Mailbox mailbox) =>
            HashCode.Combine(mailbox.LocalPart.GetHashCode(StringComparison.OrdinalIgnoreCase), mailbox.Domain.GetHashCode(StringComparison.OrdinalIgnoreCase));
    }
}
