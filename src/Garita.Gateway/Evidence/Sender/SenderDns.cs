using System.Net;
using System.Net.Sockets;
using Garita.Gateway.Evidence.Dns;
using Garita.SenderAuth;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>Our look-ups, with their cache and breaker, as sender authentication asks for them. A name has its own deadline; the caller's ends the wait for it.</summary>
/// <param name="dns">Look-ups.</param>
internal sealed class SenderDns(Dns.IDnsResolver dns) : SenderAuth.IDnsResolver
{
    /// <inheritdoc/>
    public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline) => WaitAsync(dns.TextsAsync(name), deadline);

    /// <inheritdoc/>
    public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => WaitAsync(dns.AddressesAsync(name, AddressFamily.InterNetwork), deadline);

    /// <inheritdoc/>
    public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => WaitAsync(dns.AddressesAsync(name, AddressFamily.InterNetworkV6), deadline);

    /// <inheritdoc/>
    public async ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline)
    {
        var found = await WaitAsync(dns.MailExchangersAsync(name), deadline).ConfigureAwait(false);
        return new(found.Outcome, [.. found.Records.Select(static exchanger => exchanger.Exchange)]);
    }

    /// <inheritdoc/>
    public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline) => WaitAsync(dns.PointerAsync(address), deadline);

    private static async ValueTask<DnsRecords<T>> WaitAsync<T>(ValueTask<DnsAnswer<T>> asking, CancellationToken deadline)
    {
        try
        {
            var answer = asking.IsCompletedSuccessfully ? asking.Result : await asking.AsTask().WaitAsync(deadline).ConfigureAwait(false);
            return new(Outcome(answer.Status), answer.Records);
        }
        catch (OperationCanceledException)
        {
            // The look-up itself goes on, and its answer is kept for the next who asks.
            return DnsRecords.Without<T>(DnsOutcome.TempFail);
        }
    }

    private static DnsOutcome Outcome(DnsStatus status) => status switch
    {
        DnsStatus.Found => DnsOutcome.NoError,
        DnsStatus.NoData => DnsOutcome.NoData,
        DnsStatus.NoName => DnsOutcome.NxDomain,
        _ => DnsOutcome.TempFail,
    };
}
