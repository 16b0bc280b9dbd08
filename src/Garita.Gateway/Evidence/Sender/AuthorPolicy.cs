using Garita.Gateway.Evidence.Dns;
using Garita.Protocols.Message;
using Garita.SenderAuth.Dkim;
using Garita.SenderAuth.Dmarc;
using Garita.SenderAuth.Spf;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>
/// Finds out what the author's domain asks for (DMARC, RFC 9989). Each domain of the From field is checked, at most four (§11.5): with one
/// alone, the reader could be shown another. Nothing is kept here: look-ups are, for as long as DNS says.
/// </summary>
/// <param name="dns">Look-ups.</param>
/// <param name="time">The clock.</param>
public sealed class AuthorPolicy(IDnsResolver dns, TimeProvider time)
{
    /// <summary>Time for all authors of a message.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly SenderDns _dns = new(dns);

    /// <summary>What DMARC says; null for a From field without any domain.</summary>
    /// <param name="author">The From field's readings.</param>
    /// <param name="spf">What SPF says; null where it was not asked.</param>
    /// <param name="signatures">What the signatures say; null where they were not verified.</param>
    public async ValueTask<DmarcFact?> FindAsync(AuthorReadings author, SpfFact? spf, MessageAuthFacts? signatures)
    {
        Identifier? mailFrom = spf is null ? null : new Identifier(spf.Domain, State(spf.Result));
        Identifier[] signed = signatures is null ? [] : [.. signatures.Dkim.Select(static one => new Identifier(one.Domain, State(one)))];
        using var deadline = new CancellationTokenSource(Deadline, time);
        DmarcFact? worst = null;
        foreach (var domain in author.Domains)
        {
            var outcome = await DmarcCheck.RunAsync(new DmarcQuery(domain, mailFrom, signed), _dns, deadline.Token).ConfigureAwait(false);
            if (worst is null || Weight(outcome) > Weight(worst.Outcome))
                worst = new DmarcFact(outcome, author.HasMoreDomains, IsAuthenticated(outcome.AuthorDomain, mailFrom, signed));
        }

        return worst;
    }

    /// <summary>The look-ups, as sender authentication asks for them.</summary>
    internal SenderAuth.IDnsResolver Dns => _dns;

    // RFC 9989 §11.5: the strictest of the policies that fail.
    private static int Weight(DmarcOutcome outcome) => outcome.Result switch
    {
        DmarcResult.Fail => 10 + (int)outcome.Asked,
        DmarcResult.TempError => 4,
        DmarcResult.PermError => 3,
        DmarcResult.None => 2,
        _ => 1,
    };

    private static IdentifierState State(SpfResult result) => result switch
    {
        SpfResult.Pass => IdentifierState.Passed,
        SpfResult.TempError => IdentifierState.Unknown,
        _ => IdentifierState.Failed,
    };

    // A signature that leaves a part of the body open vouches for nothing that stands there.
    private static IdentifierState State(DkimResult signature) =>
        signature.VouchesForAll ? IdentifierState.Passed : signature.Result == DkimStatus.TempError ? IdentifierState.Unknown : IdentifierState.Failed;

    private static bool IsAuthenticated(string author, Identifier? spf, Identifier[] dkim) =>
        author.Length > 0 && ((spf is { State: IdentifierState.Passed } one && IsRelated(one.Domain, author)) || dkim.Any(signature => signature.State == IdentifierState.Passed && IsRelated(signature.Domain, author)));

    private static bool IsRelated(string one, string other) => IsWithin(one, other) || (one.Contains('.', StringComparison.Ordinal) && IsWithin(other, one));

    private static bool IsWithin(string name, string domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');
}
