namespace Garita.SenderAuth.Dmarc;

/// <summary>
/// The DNS tree walk (RFC 9989 §4.10): at most eight questions for a domain. One serves one check, and asks for no name twice in it.
/// It gives what is published; which record applies is <see cref="DmarcCheck"/>'s matter.
/// </summary>
/// <param name="dns">Look-ups.</param>
/// <param name="deadline">When it is cancelled, what is not known yet has failed.</param>
internal sealed class TreeWalk(IDnsResolver dns, CancellationToken deadline)
{
    private const int MostLabels = 7;
    private const int MostOctets = 253;

    private readonly Dictionary<string, Found> _known = new(StringComparer.Ordinal);

    /// <summary>Names that DNS was asked for.</summary>
    internal int Questions => _known.Count;

    /// <summary>The one record of a domain; several are none (RFC 9989 §4.10, steps 2 and 6).</summary>
    internal async ValueTask<Found> RecordAsync(string domain)
    {
        if (_known.TryGetValue(domain, out var known))
            return known;
        var name = "_dmarc." + domain;
        // A name that DNS cannot carry has no record.
        var found = name.Length > MostOctets ? default : Read(await dns.TextAsync(name, deadline).ConfigureAwait(false));
        _known.Add(domain, found);
        return found;
    }

    /// <summary>The records of a domain and of those above it, the longest name first, up to one that is marked by <c>psd</c>.</summary>
    internal async ValueTask<Path> WalkAsync(string domain)
    {
        List<(string Domain, DmarcRecord Record)> records = [];
        string? target = domain;
        while (target is not null)
        {
            var found = await RecordAsync(target).ConfigureAwait(false);
            if (found.IsUnknown)
                return new Path(domain, records, IsUnknown: true);
            if (found.Record is { } record)
            {
                records.Add((target, record));
                if (record.IsPublicSuffix is not null)
                    break;
            }

            target = Next(target);
        }

        return new Path(domain, records, IsUnknown: false);
    }

    /// <summary>The next name to ask for; null behind the last.</summary>
    internal static string? Next(string domain)
    {
        var labels = domain.AsSpan().Count('.') + 1;
        // RFC 9989 §4.10, step 4: below eight labels one is taken off, else all but seven.
        var cut = labels <= MostLabels ? 1 : labels - MostLabels;
        var at = 0;
        for (; cut > 0; cut--)
        {
            var dot = domain.IndexOf('.', at);
            if (dot < 0)
                return null;
            at = dot + 1;
        }

        return domain[at..];
    }

    private static Found Read(DnsRecords<string> texts)
    {
        if (texts.Outcome == DnsOutcome.TempFail)
            return new Found(null, IsUnknown: true);
        DmarcRecord? found = null;
        foreach (var text in texts.Records)
        {
            if (DmarcRecord.Parse(text) is not { } record)
                continue;
            if (found is not null)
                return default;
            found = record;
        }

        return new Found(found, IsUnknown: false);
    }

    /// <summary>What stands at one name.</summary>
    /// <param name="Record">The record; null for none.</param>
    /// <param name="IsUnknown">Whether DNS did not answer.</param>
    internal readonly record struct Found(DmarcRecord? Record, bool IsUnknown);

    /// <summary>What a walk found.</summary>
    /// <param name="Start">Where it began.</param>
    /// <param name="Records">Records, the longest name first.</param>
    /// <param name="IsUnknown">Whether DNS did not answer on the way: nothing is known then.</param>
    internal sealed record Path(string Start, IReadOnlyList<(string Domain, DmarcRecord Record)> Records, bool IsUnknown)
    {
        /// <summary>The organisational domain (RFC 9989 §4.10.2).</summary>
        internal string OrganizationalDomain
        {
            get
            {
                foreach (var (domain, record) in Records)
                {
                    if (record.IsPublicSuffix == false)
                        return domain;
                    // One label below the public suffix.
                    if (record.IsPublicSuffix == true && domain.Length < Start.Length)
                        return Start[(Start.AsSpan(0, Start.Length - domain.Length - 1).LastIndexOf('.') + 1)..];
                }

                return Records.Count == 0 ? Start : Records[^1].Domain;
            }
        }

        /// <summary>The public suffix above the start that has a record; null for none.</summary>
        internal string? PublicSuffix => Records.Count > 0 && Records[^1] is { Record.IsPublicSuffix: true } last && last.Domain.Length < Start.Length ? last.Domain : null;

        /// <summary>The record of a domain; null for none.</summary>
        internal DmarcRecord? RecordOf(string domain) => Records.FirstOrDefault(one => string.Equals(one.Domain, domain, StringComparison.Ordinal)).Record;
    }
}
