using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Gateway.Recipients;

/// <summary>Whether a recipient exists.</summary>
public enum RecipientStatus : byte
{
    /// <summary>It exists.</summary>
    Known,
    /// <summary>It does not.</summary>
    Unknown,
    /// <summary>It can't be told now (nothing was read since the start).</summary>
    Unavailable,
    /// <summary>The mail server refused it lately: replayed for this (sender, recipient).</summary>
    RefusedLately,
}

/// <summary>The answer on one recipient.</summary>
/// <param name="Status">Whether it exists.</param>
/// <param name="FoundIn">Where that is known from (<c>file</c>, <c>ldap</c>, <c>ldap-live</c>, <c>call-ahead</c>, <c>call-ahead-cache</c>, <c>call-ahead-catch-all</c>, <c>catch-all</c>, <c>postmaster</c>, <c>any</c>, <c>late-refusal</c>), for the record.</param>
/// <param name="Code">For <see cref="RecipientStatus.RefusedLately"/>: the reply code to replay.</param>
/// <param name="Enhanced">For <see cref="RecipientStatus.RefusedLately"/>: its enhanced code.</param>
public readonly record struct RecipientAnswer(RecipientStatus Status, string FoundIn, ushort Code = 0, Garita.Protocols.Smtp.EnhancedCode Enhanced = default);

/// <summary>Knows who exists at the tenants. Answers from memory or within a deadline; never throws for a source that is down.</summary>
public interface IRecipientDirectory
{
    /// <summary>Whether a recipient exists.</summary>
    /// <param name="tenant">The tenant of the recipient's domain.</param>
    /// <param name="sender">The reverse-path; null for the null reverse-path.</param>
    /// <param name="recipient">The recipient; an empty domain means the bare postmaster.</param>
    ValueTask<RecipientAnswer> FindAsync(TenantSettings tenant, Mailbox? sender, Mailbox recipient);

    /// <summary>Forgets what the mail server said of a recipient: late refusals and call-ahead.</summary>
    /// <param name="recipient">The address in any case; null for all.</param>
    /// <returns>How many late refusals there were.</returns>
    int Forget(string? recipient) => 0;

    /// <summary>Takes notice of a recipient that the mail server refused at RCPT though it was accepted here.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="sender">The reverse-path; null for the null one.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="code">The backend's reply code, 4xx or 5xx; others are ignored.</param>
    /// <param name="enhanced">Its enhanced code, if it gave one.</param>
    void RefusedLate(TenantSettings tenant, Mailbox? sender, Mailbox recipient, int code, Garita.Protocols.Smtp.EnhancedCode? enhanced);
}
