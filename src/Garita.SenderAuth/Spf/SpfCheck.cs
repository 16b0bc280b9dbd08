namespace Garita.SenderAuth.Spf;

/// <summary>
/// check_host() of RFC 7208 §4: whether a client may send mail for a domain. At most ten terms ask DNS, so includes nest at most ten deep;
/// records, names, expansions and texts are bounded (<see cref="SpfLimits"/>).
/// </summary>
public sealed class SpfCheck
{
    private const string NoAnswer = "DNS did not answer";
    private const string TooManyTerms = "more than 10 terms ask DNS";
    private const string TooManyVoids = "more than 2 look-ups found nothing";

    private readonly SpfQuery _query;
    private readonly SpfLookups _lookups;
    private string? _problem;
    private bool _isPersonal;

    private SpfCheck(SpfQuery query, IDnsResolver dns, CancellationToken deadline)
    {
        _query = query;
        _lookups = new SpfLookups(query.Client, dns, deadline);
    }

    /// <summary>How a mechanism turned out (RFC 7208 §4.6.2).</summary>
    private enum Match : byte
    {
        No,
        Yes,
        TempError,
        PermError,
    }

    /// <summary>Checks; never throws for what records, DNS or the client say.</summary>
    /// <param name="query">What is checked.</param>
    /// <param name="dns">Look-ups.</param>
    /// <param name="deadline">When it is cancelled the result is temperror (RFC 7208 §4.6.4).</param>
    public static ValueTask<SpfOutcome> RunAsync(SpfQuery query, IDnsResolver dns, CancellationToken deadline) => new SpfCheck(query, dns, deadline).RunAsync();

    private async ValueTask<SpfOutcome> RunAsync()
    {
        var end = await CheckHostAsync(_query.Domain).ConfigureAwait(false);
        // RFC 7208 §6.2: once, after the result, and not counted.
        var explanation = end is { Result: SpfResult.Fail, Record.Explanation: { } target } ? await ExplainAsync(target, end.Domain).ConfigureAwait(false) : null;
        var problem = end.Result is SpfResult.TempError or SpfResult.PermError ? _problem : null;
        return new SpfOutcome(end.Result, _query.Domain, end.Mechanism, explanation, problem, _lookups.Terms, _lookups.Voids, _isPersonal);
    }

    private async ValueTask<End> CheckHostAsync(string domain)
    {
        var isRedirected = false;
        while (true)
        {
            var (result, record) = await FindRecordAsync(domain).ConfigureAwait(false);
            if (record is null)
            {
                // RFC 7208 §6.1: a redirect to no record is a permerror.
                if (!isRedirected || result != SpfResult.None)
                    return new End(result, domain);
                return PermError("a redirect leads to no record", domain);
            }

            foreach (var directive in record.Directives)
            {
                switch (await MatchAsync(directive, domain).ConfigureAwait(false))
                {
                    case Match.Yes:
                        return new End(directive.Result, domain, record, directive.Text);
                    case Match.TempError:
                        return new End(SpfResult.TempError, domain, record, directive.Text);
                    case Match.PermError:
                        return new End(SpfResult.PermError, domain, record, directive.Text);
                }
            }

            // RFC 7208 §4.7
            if (record.Redirect is null)
                return new End(SpfResult.Neutral, domain, record, "default");
            if (!_lookups.TryCountTerm())
                return PermError(TooManyTerms, domain);
            if (await TargetAsync(record.Redirect, domain).ConfigureAwait(false) is not { } target)
                return PermError("a redirect leads to no domain", domain);
            domain = target;
            isRedirected = true;
        }
    }

    // RFC 7208 §4.3 to §4.5
    private async ValueTask<(SpfResult Result, SpfRecord? Record)> FindRecordAsync(string domain)
    {
        if (!TargetName.IsMultiLabel(domain))
            return (SpfResult.None, null);
        var texts = await _lookups.TextAsync(domain).ConfigureAwait(false);
        if (texts.Outcome == DnsOutcome.TempFail)
        {
            _problem = NoAnswer;
            return (SpfResult.TempError, null);
        }

        string? found = null;
        foreach (var text in texts.Records)
        {
            if (!SpfRecord.IsSpf(text))
                continue;
            if (found is not null)
            {
                _problem = "several records";
                return (SpfResult.PermError, null);
            }

            found = text;
        }

        if (found is null)
            return (SpfResult.None, null);
        var record = SpfRecord.Parse(found, out var problem);
        _problem = problem ?? _problem;
        return (record is null ? SpfResult.PermError : SpfResult.None, record);
    }

    private async ValueTask<Match> MatchAsync(SpfDirective directive, string domain)
    {
        if (!directive.AsksDns)
            return directive.Network is null || directive.Covers(directive.Network, _query.Client) ? Match.Yes : Match.No;
        if (!_lookups.TryCountTerm())
            return PermError(TooManyTerms);
        var target = directive.Domain is null ? domain : await TargetAsync(directive.Domain, domain).ConfigureAwait(false);
        // RFC 7208 §4.8 leaves open what a name means that DNS cannot carry: here it does not exist.
        if (target is null)
            return directive.Mechanism == SpfMechanism.Include ? PermError("an include leads to no domain") : Match.No;
        return directive.Mechanism switch
        {
            SpfMechanism.Include => await IncludeAsync(target).ConfigureAwait(false),
            SpfMechanism.A => await AddressAsync(directive, target).ConfigureAwait(false),
            SpfMechanism.Mx => await ExchangerAsync(directive, target).ConfigureAwait(false),
            SpfMechanism.Ptr => await PointerAsync(target).ConfigureAwait(false),
            _ => await ExistsAsync(target).ConfigureAwait(false),
        };
    }

    // RFC 7208 §5.2
    private async ValueTask<Match> IncludeAsync(string target)
    {
        var end = await CheckHostAsync(target).ConfigureAwait(false);
        return end.Result switch
        {
            SpfResult.Pass => Match.Yes,
            SpfResult.TempError => Match.TempError,
            SpfResult.PermError => Match.PermError,
            SpfResult.None => PermError("an include leads to no record"),
            _ => Match.No,
        };
    }

    // RFC 7208 §5.3
    private async ValueTask<Match> AddressAsync(SpfDirective directive, string target)
    {
        var found = await _lookups.AddressesAsync(target).ConfigureAwait(false);
        return found.Outcome == DnsOutcome.TempFail ? TempError()
            : !_lookups.TryCountVoid(found.IsVoid) ? PermError(TooManyVoids)
            : found.Records.Any(address => directive.Covers(address, _query.Client)) ? Match.Yes : Match.No;
    }

    // RFC 7208 §5.4; the domain itself is never taken for its own exchanger.
    private async ValueTask<Match> ExchangerAsync(SpfDirective directive, string target)
    {
        var hosts = await _lookups.MailExchangersAsync(target).ConfigureAwait(false);
        if (hosts.Outcome == DnsOutcome.TempFail)
            return TempError();
        if (!_lookups.TryCountVoid(hosts.IsVoid))
            return PermError(TooManyVoids);
        if (hosts.Records.Count > SpfLimits.Names)
            return PermError("more than 10 mail exchangers");
        foreach (var host in hosts.Records)
        {
            if (TargetName.Make(host) is not { } name)
                continue;
            var found = await _lookups.AddressesAsync(name).ConfigureAwait(false);
            if (found.Outcome == DnsOutcome.TempFail)
                return TempError();
            if (found.Records.Any(address => directive.Covers(address, _query.Client)))
                return Match.Yes;
        }

        return Match.No;
    }

    // RFC 7208 §5.5: DNS errors are no match.
    private async ValueTask<Match> PointerAsync(string target)
    {
        var names = await _lookups.ValidatedNamesAsync().ConfigureAwait(false);
        return !_lookups.TryCountVoid(_lookups.PointersAreVoid) ? PermError(TooManyVoids)
            : names.Any(name => SpfLookups.IsWithin(name, target)) ? Match.Yes : Match.No;
    }

    // RFC 7208 §5.7: A, whatever family the client has.
    private async ValueTask<Match> ExistsAsync(string target)
    {
        var found = await _lookups.Ipv4Async(target).ConfigureAwait(false);
        return found.Outcome == DnsOutcome.TempFail ? TempError()
            : !_lookups.TryCountVoid(found.IsVoid) ? PermError(TooManyVoids)
            : found.Records.Count > 0 ? Match.Yes : Match.No;
    }

    // RFC 7208 §6.2: whatever goes wrong, there is no explanation.
    private async ValueTask<string?> ExplainAsync(MacroString at, string domain)
    {
        if (await TargetAsync(at, domain).ConfigureAwait(false) is not { } target)
            return null;
        var texts = await _lookups.TextAsync(target).ConfigureAwait(false);
        if (texts.Records is not [{ Length: <= SpfLimits.RecordLength } text] || MacroReader.ReadExplanation(text) is not { } read)
            return null;
        return await ExpandAsync(read, domain).ConfigureAwait(false) is { } words ? PrintableText.Make(words, SpfLimits.Explanation) : null;
    }

    private async ValueTask<string?> TargetAsync(MacroString spec, string domain) =>
        await ExpandAsync(spec, domain).ConfigureAwait(false) is { } expanded ? TargetName.Make(expanded) : null;

    private async ValueTask<string?> ExpandAsync(MacroString text, string domain)
    {
        _isPersonal |= text.Uses("slh");
        var name = text.Uses("p") ? await _lookups.ValidatedNameAsync(domain).ConfigureAwait(false) : "";
        return MacroExpander.Expand(text, new MacroValues(_query, domain, name));
    }

    private Match TempError()
    {
        _problem = NoAnswer;
        return Match.TempError;
    }

    private Match PermError(string problem)
    {
        _problem = problem;
        return Match.PermError;
    }

    private End PermError(string problem, string domain)
    {
        _problem = problem;
        return new End(SpfResult.PermError, domain);
    }

    /// <summary>Where a check ended: in which domain's record, and by which mechanism.</summary>
    private sealed record End(SpfResult Result, string Domain, SpfRecord? Record = null, string? Mechanism = null);
}
