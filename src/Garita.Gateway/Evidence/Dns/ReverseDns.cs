using System.Net;

namespace Garita.Gateway.Evidence.Dns;

/// <summary>
/// Finds a client's name and whether it leads back to its address (RFC 8601 §3, iprev). Facts are kept per address.
/// Names that are not confirmed are the client's own claim and only good for the record.
/// </summary>
/// <param name="dns">Look-ups.</param>
/// <param name="time">The clock.</param>
public sealed class ReverseDns(IDnsResolver dns, TimeProvider time)
{
    private readonly FactCache<IPAddress, ReverseDnsFact> _facts = new(time, 20_000);

    /// <summary>What DNS says of an address; at once when it is known already.</summary>
    /// <param name="address">The client, IPv4-mapped addresses already made IPv4.</param>
    public ValueTask<ReverseDnsFact> FindAsync(IPAddress address) => _facts.Find(address) is { } fact ? new(fact) : AskAsync(address);

    private async ValueTask<ReverseDnsFact> AskAsync(IPAddress address)
    {
        var names = await dns.PointerAsync(address).ConfigureAwait(false);
        var ttl = names.TimeToLive;
        if (names.Status != DnsStatus.Found)
            return _facts.Keep(address, new ReverseDnsFact(names.Status, null, false, false), ttl);

        // RFC 8601 §3: at most ten names are followed, together, so that the last does not wait for nine deadlines.
        var ways = names.Records.Take(DnsReply.MostNames).Select(name => dns.AddressesAsync(name).AsTask());
        var answers = await Task.WhenAll(ways).ConfigureAwait(false);
        var failed = false;
        for (var i = 0; i < answers.Length; i++)
        {
            var answer = answers[i];
            if (answer.TimeToLive < ttl)
                ttl = answer.TimeToLive;
            failed |= answer.Status == DnsStatus.Failed;
            if (answer.Records.Contains(address))
                return _facts.Keep(address, new ReverseDnsFact(DnsStatus.Found, names.Records[i], true, false), ttl);
        }

        return _facts.Keep(address, new ReverseDnsFact(DnsStatus.Found, names.Records[0], false, failed), ttl);
    }
}
