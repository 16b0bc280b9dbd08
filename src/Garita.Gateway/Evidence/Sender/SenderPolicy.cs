using System.Net;
using Garita.Gateway.Evidence.Dns;
using Garita.Protocols.Address;
using Garita.SenderAuth.Spf;

namespace Garita.Gateway.Evidence.Sender;

/// <summary>
/// Finds out whether a client may send for a domain (SPF, RFC 7208). Facts are kept a few minutes for an address and a domain,
/// unless the policy asked for the local part or the HELO name. DNS that does not answer in time is a temperror, never a wait.
/// </summary>
/// <param name="dns">Look-ups.</param>
/// <param name="time">The clock.</param>
public sealed class SenderPolicy(IDnsResolver dns, TimeProvider time)
{
    /// <summary>
    /// Time for a whole check. RFC 7208 §4.6.4 advises 20 s at least; here the client waits for it at RCPT,
    /// and what is late is in the cache when it comes again.
    /// </summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly SenderDns _dns = new(dns);
    private readonly FactCache<(IPAddress Client, string Domain), SpfFact> _facts = new(time, 5_000);

    /// <summary>What SPF says; at once when it is known already.</summary>
    /// <param name="client">The client, IPv4-mapped addresses already made IPv4.</param>
    /// <param name="helo">What it calls itself; empty for nothing.</param>
    /// <param name="sender">The reverse-path; null for the null one.</param>
    /// <param name="receiver">Our name, for explanations.</param>
    public ValueTask<SpfFact> FindAsync(IPAddress client, string helo, Mailbox? sender, string receiver)
    {
        // Unquoted: macros are made of the local part itself (RFC 7208 §7.2).
        var mailFrom = sender is null ? "" : string.Concat(sender.LocalPart, "@", sender.Domain);
        var query = new SpfQuery(client, helo, mailFrom, receiver, time.GetUtcNow());
        var key = (query.Client, query.Domain.ToLowerInvariant());
        return _facts.Find(key) is { } fact ? new(fact) : AskAsync(query, key);
    }

    private async ValueTask<SpfFact> AskAsync(SpfQuery query, (IPAddress Client, string Domain) key)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        var outcome = await SpfCheck.RunAsync(query, _dns, deadline.Token).ConfigureAwait(false);
        var fact = new SpfFact(outcome.Result, outcome.Domain, outcome.Mechanism, outcome.Explanation, outcome.Problem);
        if (outcome.IsPersonal)
            return fact;
        // Zero: as short as what is not known.
        return _facts.Keep(key, fact, outcome.Result == SpfResult.TempError ? TimeSpan.Zero : Kept);
    }
}
