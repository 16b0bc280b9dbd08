using System.Buffers;

namespace Garita.Gateway.Rules;

/// <summary>
/// No relaying, ever: the domain must be a tenant's own, and nothing in the address may route it on (<c>%</c>, <c>!</c>, <c>@</c> and <c>:</c> in the local part,
/// source routes, a trailing dot). Domains compare as A-labels, so mixed scripts and look-alikes never match. A bare <c>postmaster</c> is ours (RFC 5321 §4.5.1).
/// </summary>
public sealed class Relay() : Rule<RecipientFacts>("relay", RuleStage.Recipient, RuleMode.Reject, AllowedModes.Reject, canBeExcepted: false)
{
    private static readonly SearchValues<char> Routing = SearchValues.Create("%!@:");

    /// <inheritdoc/>
    public override Verdict Judge(RecipientFacts facts)
    {
        if (facts.Command.Path.Mailbox is not { } mailbox)
            return Verdict.Pass;
        var how = facts switch
        {
            { Tenant: null } when mailbox.Domain.Length > 0 => "domain of nobody here",
            { Command.Path.HasSourceRoute: true } => "source route",
            { Command.Path.HasTrailingDot: true } => "trailing dot",
            _ when mailbox.LocalPart.AsSpan().ContainsAny(Routing) => "routing in the local part",
            _ => null,
        };
        return how is null ? Verdict.Pass : Verdict.Breach(550, new(5, 7, 1), "relaying denied", how);
    }
}
