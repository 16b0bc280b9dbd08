using Garita.Gateway.Ledger;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>A message that is to be kept instead of delivered.</summary>
/// <param name="Delivery">Tenant, envelope, client, and the fields that would have been added; its letter is what is kept, octet for octet.</param>
/// <param name="Reasons">Rules that sent it here, or what else did.</param>
/// <param name="Subject">Its subject as readable text, at most 500 characters; empty for none. Text from outside.</param>
/// <param name="From">The author's address, or null.</param>
/// <param name="MessageId">Its Message-ID, or null.</param>
public sealed record QuarantinedMessage(Delivery Delivery, IReadOnlyList<RuleHit> Reasons, string Subject, string? From, string? MessageId);

/// <summary>Why a message could not be kept.</summary>
public enum QuarantineOutcome : byte
{
    /// <summary>It is on the disk, durably.</summary>
    Kept,
    /// <summary>The tenant's share is full, or the disk is: 451, the sender keeps it.</summary>
    Full,
    /// <summary>The disk or the ledger refused: 451, the sender keeps it.</summary>
    Failed,
}

/// <summary>Keeps messages that are not delivered until somebody decides.</summary>
public interface IQuarantine
{
    /// <summary>Keeps a message. When it returns <see cref="QuarantineOutcome.Kept"/>, file and folder are on the disk (fsync) and the ledger knows of it.</summary>
    /// <param name="message">The message.</param>
    /// <returns>How it went, and the id it is kept under.</returns>
    ValueTask<(QuarantineOutcome Outcome, string Id)> KeepAsync(QuarantinedMessage message);
}
