using System.Net;
using System.Net.Sockets;

namespace Garita.SenderAuth.Spf;

/// <summary>The look-ups of one check: counts them, holds the deadline, and finds the client's validated names once.</summary>
internal sealed class SpfLookups(IPAddress client, IDnsResolver dns, CancellationToken deadline)
{
    private IReadOnlyList<string>? _validated;

    /// <summary>Terms that asked DNS.</summary>
    internal int Terms { get; private set; }

    /// <summary>Those that found nothing.</summary>
    internal int Voids { get; private set; }

    /// <summary>Counts a term that asks DNS; false for one too many (RFC 7208 §4.6.4).</summary>
    internal bool TryCountTerm() => Terms < SpfLimits.Terms && ++Terms > 0;

    /// <summary>Counts a look-up that may be void; false for one too many (RFC 7208 §4.6.4).</summary>
    internal bool TryCountVoid(bool isVoid) => !isVoid || ++Voids <= SpfLimits.VoidLookups;

    internal ValueTask<DnsRecords<string>> TextAsync(string name) => AskAsync(dns.TextAsync, name);

    internal ValueTask<DnsRecords<string>> MailExchangersAsync(string name) => AskAsync(dns.MailExchangersAsync, name);

    internal ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name) => AskAsync(dns.Ipv4Async, name);

    /// <summary>Addresses of the client's family (RFC 7208 §5).</summary>
    internal ValueTask<DnsRecords<IPAddress>> AddressesAsync(string name) =>
        client.AddressFamily == AddressFamily.InterNetwork ? AskAsync(dns.Ipv4Async, name) : AskAsync(dns.Ipv6Async, name);

    /// <summary>
    /// The client's names that lead back to it, of the first ten (RFC 7208 §5.5). A look-up that fails leaves names out, it is no error.
    /// </summary>
    internal async ValueTask<IReadOnlyList<string>> ValidatedNamesAsync()
    {
        if (_validated is not null)
            return _validated;
        var validated = new List<string>();
        var pointers = await AskAsync(dns.PointersAsync, client).ConfigureAwait(false);
        if (pointers.Outcome != DnsOutcome.TempFail)
            PointersAreVoid = pointers.IsVoid;
        foreach (var pointer in pointers.Records.Take(SpfLimits.Names))
        {
            if (TargetName.Make(pointer) is not { } name)
                continue;
            var addresses = await AddressesAsync(name).ConfigureAwait(false);
            if (addresses.Records.Contains(client))
                validated.Add(name);
        }

        return _validated = validated;
    }

    /// <summary>Whether the client has no name at all.</summary>
    internal bool PointersAreVoid { get; private set; }

    /// <summary>The value of <c>%{p}</c>: a validated name that is the domain, else one below it, else any, else <c>unknown</c> (RFC 7208 §7.3).</summary>
    internal async ValueTask<string> ValidatedNameAsync(string domain)
    {
        var names = await ValidatedNamesAsync().ConfigureAwait(false);
        return names.FirstOrDefault(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase))
            ?? names.FirstOrDefault(name => IsWithin(name, domain))
            ?? (names.Count > 0 ? names[0] : "unknown");
    }

    /// <summary>Whether a name is a domain or lies below it.</summary>
    internal static bool IsWithin(string name, string domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');

    private async ValueTask<DnsRecords<T>> AskAsync<TKey, T>(Func<TKey, CancellationToken, ValueTask<DnsRecords<T>>> ask, TKey key)
    {
        if (deadline.IsCancellationRequested)
            return DnsRecords.Without<T>(DnsOutcome.TempFail);
        try
        {
            return await ask(key, deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return DnsRecords.Without<T>(DnsOutcome.TempFail);
        }
    }
}
