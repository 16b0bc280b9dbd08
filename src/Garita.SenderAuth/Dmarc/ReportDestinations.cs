using Garita.Protocols.Address;

namespace Garita.SenderAuth.Dmarc;

/// <summary>Where reports may go.</summary>
/// <param name="Addresses">Addresses that asked for them and, outside of the organisation, agreed to get them.</param>
/// <param name="IsUnknown">Whether DNS did not answer for some: it may be asked again later.</param>
public sealed record ReportTargets(IReadOnlyList<Mailbox> Addresses, bool IsUnknown);

/// <summary>Finds out which of the addresses that a record asks reports for may get them (RFC 9990 §4), so that nobody can have strangers flooded.</summary>
public static class ReportDestinations
{
    private const int MostOctets = 253;

    /// <summary>Checks the addresses of a record; never throws for what DNS says.</summary>
    /// <param name="policyDomain">Where the record was found.</param>
    /// <param name="addresses">Its addresses.</param>
    /// <param name="dns">Look-ups.</param>
    /// <param name="deadline">When it is cancelled, what is not known yet stays unknown.</param>
    public static async ValueTask<ReportTargets> FindAsync(string policyDomain, IReadOnlyList<Mailbox> addresses, IDnsResolver dns, CancellationToken deadline)
    {
        List<Mailbox> found = [];
        var isUnknown = false;
        var walk = new TreeWalk(dns, deadline);
        var own = await walk.WalkAsync(policyDomain).ConfigureAwait(false);
        foreach (var address in addresses)
        {
            if (string.Equals(address.Domain, policyDomain, StringComparison.Ordinal))
            {
                found.Add(address);
                continue;
            }

            var other = await walk.WalkAsync(address.Domain).ConfigureAwait(false);
            if (own.IsUnknown || other.IsUnknown)
            {
                isUnknown = true;
                continue;
            }

            if (string.Equals(own.OrganizationalDomain, other.OrganizationalDomain, StringComparison.Ordinal))
            {
                found.Add(address);
                continue;
            }

            var (agreed, unanswered) = await AgreedAsync(policyDomain, address, dns, deadline).ConfigureAwait(false);
            isUnknown |= unanswered;
            found.AddRange(agreed);
        }

        return new ReportTargets([.. found.Distinct()], isUnknown);
    }

    private static async ValueTask<(IReadOnlyList<Mailbox> Addresses, bool IsUnknown)> AgreedAsync(string policyDomain, Mailbox address, IDnsResolver dns, CancellationToken deadline)
    {
        // RFC 9990 §4, steps 2 to 4.
        var name = $"{policyDomain}._report._dmarc.{address.Domain}";
        if (name.Length > MostOctets)
            return ([], false);
        var texts = await dns.TextAsync(name, deadline).ConfigureAwait(false);
        if (texts.Outcome == DnsOutcome.TempFail)
            return ([], true);
        // Steps 6 to 8.
        var records = texts.Records.Select(DmarcRecord.Parse).OfType<DmarcRecord>().ToList();
        if (records.Count == 0)
            return ([], false);
        // Step 9: it may name another address, of the same host alone; else it gets nothing at all.
        var instead = records.SelectMany(static record => record.AggregateAddresses).Distinct().Take(ReportUri.MostAddresses).ToList();
        if (instead.Exists(other => !string.Equals(other.Domain, address.Domain, StringComparison.Ordinal)))
            return ([], false);
        return (instead.Count > 0 ? instead : [address], false);
    }
}
