namespace Garita.Gateway.Evidence.Dns;

/// <summary>Finds out whether a domain can get mail: MX, else A or AAAA (RFC 5321 §5.1), or a null MX (RFC 7505). Facts are kept per domain.</summary>
/// <param name="dns">Look-ups.</param>
/// <param name="time">The clock.</param>
public sealed class MailDomain(IDnsResolver dns, TimeProvider time)
{
    private readonly FactCache<string, MailDomainFact> _facts = new(time, 20_000);

    /// <summary>What DNS says of a domain; at once when it is known already.</summary>
    /// <param name="domain">A-labels in lower case; no address literal.</param>
    public ValueTask<MailDomainFact> FindAsync(string domain) => _facts.Find(domain) is { } fact ? new(fact) : AskAsync(domain);

    private async ValueTask<MailDomainFact> AskAsync(string domain)
    {
        var exchangers = await dns.MailExchangersAsync(domain).ConfigureAwait(false);
        switch (exchangers.Status)
        {
            case DnsStatus.Found:
                // RFC 7505 §3: a single exchanger with an empty name.
                var isNull = exchangers.Records is [{ Exchange.Length: 0 }];
                return Keep(isNull ? MailDomainStatus.NullMx : MailDomainStatus.Reachable, exchangers.TimeToLive);
            case DnsStatus.NoName:
                return Keep(MailDomainStatus.NoName, exchangers.TimeToLive);
            case DnsStatus.Failed:
                return Keep(MailDomainStatus.Failed, exchangers.TimeToLive);
        }

        // RFC 5321 §5.1: without MX, the domain itself is the exchanger.
        var addresses = await dns.AddressesAsync(domain).ConfigureAwait(false);
        return Keep(
            addresses.Status switch
            {
                DnsStatus.Found => MailDomainStatus.Reachable,
                DnsStatus.Failed => MailDomainStatus.Failed,
                DnsStatus.NoName => MailDomainStatus.NoName,
                _ => MailDomainStatus.NoRecords,
            },
            addresses.TimeToLive < exchangers.TimeToLive ? addresses.TimeToLive : exchangers.TimeToLive);

        MailDomainFact Keep(MailDomainStatus status, TimeSpan ttl) => _facts.Keep(domain, new MailDomainFact(status), ttl);
    }
}
