namespace Garita.SenderAuth.Dmarc;

/// <summary>
/// DMARC for one author's domain (RFC 9989 §5.3): which policy applies, whether an authenticated domain is aligned, and what the domain asks for.
/// The tree walk decides (§4.10), no list of public suffixes. It judges neither the message nor the sender of forwarded mail: whether what is
/// asked is done is local policy.
/// </summary>
public sealed class DmarcCheck
{
    private const string NoAnswer = "DNS did not answer";

    private readonly DmarcQuery _query;
    private readonly IDnsResolver _dns;
    private readonly CancellationToken _deadline;
    private readonly string _author;
    private readonly TreeWalk _walk;
    private TreeWalk.Path? _authorPath;

    private DmarcCheck(DmarcQuery query, string author, IDnsResolver dns, CancellationToken deadline)
    {
        _query = query;
        _dns = dns;
        _deadline = deadline;
        _author = author;
        _walk = new TreeWalk(dns, deadline);
    }

    private enum Alignment : byte
    {
        No,
        Yes,
        Unknown,
    }

    /// <summary>Checks; never throws for what records, DNS or the message say.</summary>
    /// <param name="query">What is checked.</param>
    /// <param name="dns">Look-ups.</param>
    /// <param name="deadline">When it is cancelled, what is not known yet makes a temperror.</param>
    public static ValueTask<DmarcOutcome> RunAsync(DmarcQuery query, IDnsResolver dns, CancellationToken deadline)
    {
        var author = MailDomainName.Make(query.AuthorDomain);
        return author is null
            ? new(new DmarcOutcome { Result = DmarcResult.None, AuthorDomain = "", Problem = "no author domain" })
            : new DmarcCheck(query, author, dns, deadline).RunAsync();
    }

    private async ValueTask<DmarcOutcome> RunAsync()
    {
        // 1. RFC 9989 §4.10.1: the policy.
        var (record, domain, isUnknown) = await DiscoverAsync().ConfigureAwait(false);
        if (isUnknown)
            return Outcome(DmarcResult.TempError, null, null, NoAnswer);
        if (record is null)
            return Outcome(DmarcResult.None, null, null, null);
        // RFC 9989 §4.10.1: without usable policies, a record that asks for reports counts as p=none, others as no record.
        if (!record.HasReportUri && record.HasInvalidPolicy)
            return Outcome(DmarcResult.PermError, record, domain, record.Problem);
        if (!record.HasReportUri && record.P is null)
            return Outcome(DmarcResult.None, null, null, null);

        // 2. RFC 9989 §4.10.2: alignment.
        var spf = _query.Spf is { State: IdentifierState.Passed } passed ? await AlignAsync(passed.Domain, record.StrictSpf).ConfigureAwait(false) : Alignment.No;
        var dkim = await SignaturesAsync(IdentifierState.Passed, record).ConfigureAwait(false);
        var outcome = Outcome(DmarcResult.Pass, record, domain, null) with { SpfAligned = spf == Alignment.Yes, DkimAligned = dkim == Alignment.Yes };
        if (outcome.SpfAligned || outcome.DkimAligned)
            return outcome;

        // 3. RFC 9989 §5.3.6: where DNS did not answer there is neither pass nor fail.
        if (spf == Alignment.Unknown || dkim == Alignment.Unknown || await MightPassAsync(record).ConfigureAwait(false))
            return outcome with { Result = DmarcResult.TempError, Problem = NoAnswer };

        // 4. RFC 9989 §4.7: what is asked for.
        var policy = await PolicyAsync(record, domain!).ConfigureAwait(false);
        return outcome with { Result = DmarcResult.Fail, Policy = policy, Asked = record.IsTesting && policy != DmarcPolicy.None ? policy - 1 : policy };
    }

    private async ValueTask<(DmarcRecord? Record, string? Domain, bool IsUnknown)> DiscoverAsync()
    {
        var own = await _walk.RecordAsync(_author).ConfigureAwait(false);
        if (own.IsUnknown || own.Record is not null)
            return (own.Record, _author, own.IsUnknown);
        var path = await AuthorPathAsync().ConfigureAwait(false);
        if (path.IsUnknown)
            return (null, null, true);
        var organization = path.OrganizationalDomain;
        if (path.RecordOf(organization) is { } record)
            return (record, organization, false);
        // RFC 9989 §4.10.1: the suffix's record is only for organisations that have none.
        return path.PublicSuffix is { } suffix ? (path.RecordOf(suffix), suffix, false) : default;
    }

    private async ValueTask<Alignment> SignaturesAsync(IdentifierState state, DmarcRecord record)
    {
        var alignment = Alignment.No;
        var seen = 0;
        foreach (var signature in _query.Dkim)
        {
            if (signature.State != state)
                continue;
            if (++seen > DmarcQuery.MostSignatures)
                break;
            var one = await AlignAsync(signature.Domain, record.StrictDkim).ConfigureAwait(false);
            if (one == Alignment.Yes)
                return one;
            if (one == Alignment.Unknown)
                alignment = one;
        }

        return alignment;
    }

    /// <summary>Whether one of those that DNS did not answer for would make it pass.</summary>
    private async ValueTask<bool> MightPassAsync(DmarcRecord record) =>
        (_query.Spf is { State: IdentifierState.Unknown } spf && await AlignAsync(spf.Domain, record.StrictSpf).ConfigureAwait(false) != Alignment.No)
        || await SignaturesAsync(IdentifierState.Unknown, record).ConfigureAwait(false) != Alignment.No;

    private async ValueTask<Alignment> AlignAsync(string identifier, bool isStrict)
    {
        var domain = MailDomainName.Make(identifier);
        if (domain is null)
            return Alignment.No;
        if (string.Equals(domain, _author, StringComparison.Ordinal))
            return Alignment.Yes;
        // An organisational domain is above both or one of them: names that do not even end alike need no question.
        if (isStrict || !domain.AsSpan(domain.LastIndexOf('.') + 1).SequenceEqual(_author.AsSpan(_author.LastIndexOf('.') + 1)))
            return Alignment.No;
        var author = await AuthorPathAsync().ConfigureAwait(false);
        if (author.IsUnknown)
            return Alignment.Unknown;
        if (!MailDomainName.IsWithin(domain, author.OrganizationalDomain))
            return Alignment.No;
        var path = await _walk.WalkAsync(domain).ConfigureAwait(false);
        return path.IsUnknown ? Alignment.Unknown : string.Equals(path.OrganizationalDomain, author.OrganizationalDomain, StringComparison.Ordinal) ? Alignment.Yes : Alignment.No;
    }

    private async ValueTask<DmarcPolicy> PolicyAsync(DmarcRecord record, string domain)
    {
        if (string.Equals(domain, _author, StringComparison.Ordinal))
            return record.OfDomain;
        var (existing, nonexistent) = (record.OfSubdomains, record.OfNonexistent);
        if (existing == nonexistent)
            return existing;
        // RFC 9989 §3.2.13: any question tells whether the name exists.
        var answer = await _dns.Ipv4Async(_author, _deadline).ConfigureAwait(false);
        return answer.Outcome switch
        {
            DnsOutcome.NxDomain => nonexistent,
            // Nobody can tell: the milder of the two.
            DnsOutcome.TempFail => existing < nonexistent ? existing : nonexistent,
            _ => existing,
        };
    }

    private async ValueTask<TreeWalk.Path> AuthorPathAsync() => _authorPath ??= await _walk.WalkAsync(_author).ConfigureAwait(false);

    private DmarcOutcome Outcome(DmarcResult result, DmarcRecord? record, string? domain, string? problem) => new()
    {
        Result = result,
        AuthorDomain = _author,
        Record = record,
        PolicyDomain = domain,
        OrganizationalDomain = _authorPath is { IsUnknown: false } path ? path.OrganizationalDomain : null,
        Problem = problem,
    };
}
