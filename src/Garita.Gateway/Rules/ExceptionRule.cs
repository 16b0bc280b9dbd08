using System.Collections.Frozen;
using System.Net;

namespace Garita.Gateway.Rules;

/// <summary>
/// An administrator's exception: lets past named rules, or blocks, by client, HELO name, sender or recipient.
/// All of the criteria that are given must match.
/// </summary>
public sealed record ExceptionRule
{
    /// <summary>Identity for listing and removing; file exceptions carry <c>file:LINE</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The client's network; null for any.</summary>
    public IPNetwork? Client { get; init; }

    /// <summary>HELO name in lower case, or <c>.example.com</c> for names below it; null for any.</summary>
    public string? Helo { get; init; }

    /// <summary>Sender address, or <c>@domain</c>, in lower case; <c>&lt;&gt;</c> for the null reverse-path; null for any.</summary>
    public string? Sender { get; init; }

    /// <summary>Recipient address, or <c>@domain</c>, in lower case; null for any.</summary>
    public string? Recipient { get; init; }

    /// <summary>Slugs of the rules that are let past; empty when it blocks.</summary>
    public FrozenSet<string> Rules { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether it blocks instead (554 5.7.1, slug <c>exception</c>).</summary>
    public bool Block { get; init; }

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why it is there.</summary>
    public string Comment { get; init; } = "";
}
