namespace Garita.Gateway.Relay.Quarantine;

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

/// <summary>What a tenant's quarantine holds.</summary>
/// <param name="Tenant">Tenant's name.</param>
/// <param name="Messages">Messages that are on the disk.</param>
/// <param name="Octets">Octets they are charged with.</param>
public sealed record QuarantineTotal(string Tenant, int Messages, long Octets);

/// <summary>Keeps messages that are not delivered until somebody decides.</summary>
public interface IQuarantine
{
    /// <summary>
    /// Keeps a message. When it returns <see cref="QuarantineOutcome.Kept"/>, file and folder are on the disk (fsync) and the ledger knows of it.
    /// The same envelope and octets once more, while nothing of them was released, are not kept twice: the id is that of the first.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <returns>How it went, and the id it is kept under; empty when it is not.</returns>
    ValueTask<(QuarantineOutcome Outcome, string Id)> KeepAsync(QuarantinedMessage message);

    /// <summary>What each tenant's holds; only those that hold something.</summary>
    IReadOnlyList<QuarantineTotal> Totals() => [];
}

/// <summary>A gateway without quarantine, as tests have: it keeps nothing, and says so.</summary>
public sealed class NoQuarantine : IQuarantine
{
    private NoQuarantine()
    {
    }

    /// <summary>The one there is.</summary>
    public static NoQuarantine Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask<(QuarantineOutcome Outcome, string Id)> KeepAsync(QuarantinedMessage message) => new((QuarantineOutcome.Failed, ""));
}
