using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Evidence.Dns;

/// <summary>
/// Look-ups over DnsClient: one deadline a name with all retries in it, a bounded cache for yes and no, equal look-ups in flight joined,
/// and a breaker, so that resolvers that are down cost no session its time. Cached answers complete at once and allocate nothing.
/// DnsClient's own cache is not used: it has no bound. No DNSSEC validation: that is a local resolver's work.
/// </summary>
public sealed class DnsResolver : IDnsResolver
{
    private const int CacheSize = 20_000;

    // Texts are larger than names: at most 2,000 answers of 8 Ki characters are kept.
    private const int TextCacheSize = 2_000;
    private const int MostKeptText = 8192;

    // Rules ask for a name again within one session; a time to live of zero would make each of them wait.
    private static readonly TimeSpan LeastKept = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private Upstream _upstream;
    private readonly Table<IPAddress, string> _names = new(null);
    private readonly Table<string, IPAddress> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly Table<string, IPAddress> _four = new(StringComparer.OrdinalIgnoreCase);
    private readonly Table<string, IPAddress> _six = new(StringComparer.OrdinalIgnoreCase);
    private readonly Table<string, string> _texts = new(StringComparer.OrdinalIgnoreCase, TextCacheSize, static answer => answer.Records.Sum(static text => text.Length) <= MostKeptText);
    private readonly Table<string, MxRecord> _exchangers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a resolver; it asks nothing yet.</summary>
    /// <param name="settings">Resolvers and the deadline for a name.</param>
    /// <param name="time">The clock.</param>
    public DnsResolver(DnsSettings settings, TimeProvider time)
    {
        _time = time;
        _upstream = new Upstream(Servers(settings), settings.Timeout, time);
    }

    /// <summary>Whether the resolvers are taken for dead, so that look-ups fail at once; for status and metrics.</summary>
    public bool IsDown => Volatile.Read(ref _upstream).Breaker.IsOpen;

    /// <summary>The breaker's last probe, for tests to wait for.</summary>
    internal Task Probe { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<string>> PointerAsync(IPAddress address) => FindAsync(_names, address, static (self, address, ct) => self.PointerFreshAsync(address, ct));

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name) => FindAsync(_addresses, name, static (self, name, ct) => self.AddressesFreshAsync(name, ct));

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family) => family == AddressFamily.InterNetwork
        ? FindAsync(_four, name, static (self, name, ct) => self.AddressesFreshAsync(name, QueryType.A, ct))
        : FindAsync(_six, name, static (self, name, ct) => self.AddressesFreshAsync(name, QueryType.AAAA, ct));

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<string>> TextsAsync(string name) => FindAsync(_texts, name, static (self, name, ct) => self.TextsFreshAsync(name, ct));

    /// <inheritdoc/>
    public ValueTask<DnsAnswer<MxRecord>> MailExchangersAsync(string domain) => FindAsync(_exchangers, domain, static (self, domain, ct) => self.ExchangersFreshAsync(domain, ct));

    /// <summary>
    /// Takes other resolvers or another deadline; look-ups under way end with the old ones, and what is cached stays.
    /// Where the system's resolvers are used, they are read again.
    /// </summary>
    /// <param name="settings">The new settings.</param>
    public void Apply(DnsSettings settings)
    {
        var servers = Servers(settings);
        var old = Volatile.Read(ref _upstream);
        if (old.Deadline != settings.Timeout || !old.Servers.SequenceEqual(servers))
            Volatile.Write(ref _upstream, new Upstream(servers, settings.Timeout, _time));
    }

    private static NameServer[] Servers(DnsSettings settings)
    {
        if (settings.Servers.Count > 0)
            return [.. settings.Servers.Select(static server => new NameServer(server))];
        // Never a public resolver that nobody asked for. No server in resolv.conf(5) means the local one.
        var servers = NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false);
        return servers.Count > 0 ? [.. servers] : [new NameServer(IPAddress.Loopback)];
    }

    private ValueTask<DnsAnswer<TRecord>> FindAsync<TKey, TRecord>(
        Table<TKey, TRecord> table, TKey key, Func<DnsResolver, TKey, CancellationToken, Task<DnsAnswer<TRecord>>> ask)
        where TKey : notnull
    {
        // 1. Cached and still good.
        if (table.Cache.TryGet(key, out var kept) && kept.TryRead(_time, out var answer))
            return new(answer);

        // 2. Nobody answers these days.
        if (Volatile.Read(ref _upstream).Breaker.IsOpen)
            return new(DnsReply.Failed<TRecord>());

        // 3. Somebody asks already; else ask.
        var mine = new TaskCompletionSource<DnsAnswer<TRecord>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var theirs = table.Asking.GetOrAdd(key, mine.Task);
        if (ReferenceEquals(theirs, mine.Task))
            _ = AskAsync(table, key, mine, ask);
        return new(theirs);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "whatever goes wrong in a look-up is a look-up that failed")]
    private async Task AskAsync<TKey, TRecord>(
        Table<TKey, TRecord> table, TKey key, TaskCompletionSource<DnsAnswer<TRecord>> asking, Func<DnsResolver, TKey, CancellationToken, Task<DnsAnswer<TRecord>>> ask)
        where TKey : notnull
    {
        var upstream = Volatile.Read(ref _upstream);
        var answer = DnsReply.Failed<TRecord>();
        var silent = false;
        try
        {
            using var deadline = new CancellationTokenSource(upstream.Deadline, _time);
            answer = await ask(this, key, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            upstream.Breaker.Answered();
        }
        catch (Exception)
        {
            silent = true;
        }

        var ttl = answer.TimeToLive < LeastKept ? LeastKept : answer.TimeToLive;
        if (table.Keeps(answer))
            table.Cache.Set(key, new Kept<TRecord>(answer, _time.GetTimestamp() + (long)(ttl.TotalSeconds * _time.TimestampFrequency)));
        table.Asking.TryRemove(key, out _);
        if (silent)
            Probe = upstream.Breaker.SilentAsync(() => IsAliveAsync(upstream));
        asking.SetResult(answer);
    }

    private async Task<DnsAnswer<string>> PointerFreshAsync(IPAddress address, CancellationToken cancellation) =>
        DnsReply.Names(await Volatile.Read(ref _upstream).Client.QueryAsync(LookupClient.GetReverseQuestion(address), cancellation).ConfigureAwait(false));

    private async Task<DnsAnswer<IPAddress>> AddressesFreshAsync(string name, CancellationToken cancellation)
    {
        if (HostName.Normalize(name) is not { } host)
            return DnsReply.NoName<IPAddress>();
        var six = AskAsync(host, QueryType.AAAA, cancellation);
        var four = AskAsync(host, QueryType.A, cancellation);
        await Task.WhenAll(four, six).ConfigureAwait(false);
        return DnsReply.Both(DnsReply.Addresses(await four.ConfigureAwait(false)), DnsReply.Addresses(await six.ConfigureAwait(false)));
    }

    private async Task<DnsAnswer<IPAddress>> AddressesFreshAsync(string name, QueryType type, CancellationToken cancellation) =>
        QueryName.Normalize(name) is { } asked
            ? DnsReply.Addresses(await AskAsync(asked, type, cancellation).ConfigureAwait(false))
            : DnsReply.NoName<IPAddress>();

    private async Task<DnsAnswer<string>> TextsFreshAsync(string name, CancellationToken cancellation) =>
        QueryName.Normalize(name) is { } asked
            ? DnsReply.Texts(await AskAsync(asked, QueryType.TXT, cancellation).ConfigureAwait(false))
            : DnsReply.NoName<string>();

    private async Task<DnsAnswer<MxRecord>> ExchangersFreshAsync(string domain, CancellationToken cancellation) =>
        QueryName.Normalize(domain) is { } host
            ? DnsReply.Exchangers(await AskAsync(host, QueryType.MX, cancellation).ConfigureAwait(false))
            : DnsReply.NoName<MxRecord>();

    // With the final dot: a search list of resolv.conf must not be tried on names from outside.
    private Task<IDnsQueryResponse> AskAsync(string name, QueryType type, CancellationToken cancellation) =>
        Volatile.Read(ref _upstream).Client.QueryAsync(name + ".", type, QueryClass.IN, cancellation);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "a probe that fails in any way is a resolver that is down")]
    private async Task<bool> IsAliveAsync(Upstream upstream)
    {
        try
        {
            using var deadline = new CancellationTokenSource(upstream.Deadline, _time);
            await upstream.Client.QueryAsync(".", QueryType.NS, QueryClass.IN, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>The resolvers that are asked, with how long a name may take and whether they answer at all.</summary>
    private sealed class Upstream(NameServer[] servers, TimeSpan deadline, TimeProvider time)
    {
        internal NameServer[] Servers { get; } = servers;

        internal TimeSpan Deadline { get; } = deadline;

        internal DnsBreaker Breaker { get; } = new(time);

        internal LookupClient Client { get; } = new(new LookupClientOptions(servers)
        {
            UseCache = false,
            ThrowDnsErrors = false,
            // One lost packet must not use the deadline up.
            Timeout = deadline / 3,
            Retries = 2,
            ContinueOnEmptyResponse = false,
            // DNS flag day 2020: larger answers would be fragmented.
            ExtendedDnsBufferSize = 1232,
        });
    }

    /// <summary>Answers of one kind: kept ones and those that are being asked for.</summary>
    private sealed class Table<TKey, TRecord>(IEqualityComparer<TKey>? comparer, int size = CacheSize, Func<DnsAnswer<TRecord>, bool>? keeps = null)
        where TKey : notnull
    {
        internal readonly BoundedCache<TKey, Kept<TRecord>> Cache = new(size, comparer);

        internal bool Keeps(in DnsAnswer<TRecord> answer) => keeps is null || keeps(answer);

        internal readonly ConcurrentDictionary<TKey, Task<DnsAnswer<TRecord>>> Asking = new(comparer ?? EqualityComparer<TKey>.Default);
    }

    private sealed class Kept<TRecord>(DnsAnswer<TRecord> answer, long until)
    {
        internal bool TryRead(TimeProvider time, out DnsAnswer<TRecord> current)
        {
            var left = until - time.GetTimestamp();
            current = answer with { TimeToLive = TimeSpan.FromSeconds((double)left / time.TimestampFrequency) };
            return left > 0;
        }
    }
}
