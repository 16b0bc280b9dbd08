using Garita.Gateway.Settings;

namespace Garita.Gateway.Relay.Spool;

/// <summary>A message that its mail server cannot take now.</summary>
/// <param name="Delivery">The delivery as it was tried.</param>
/// <param name="Transaction">The transaction within its session, for the record.</param>
/// <param name="Key">The key of the delivery memory, 32 octets: the same message again is answered, not kept twice, over a restart too.</param>
/// <param name="MessageId">Its Message-ID, or null.</param>
/// <param name="PassedDomain">The reverse-path's domain where SPF passed for it, else null: only then its sender may be written to.</param>
/// <param name="EarnsTrust">Whether it speaks for its sender once the mail server has taken it.</param>
public sealed record SpooledMessage(Delivery Delivery, int Transaction, ReadOnlyMemory<byte> Key, string? MessageId, string? PassedDomain, bool EarnsTrust);

/// <summary>What a tenant has in the spool.</summary>
/// <param name="Tenant">Its name.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Held">Of these, those that are not tried.</param>
/// <param name="Octets">Octets they are charged with.</param>
/// <param name="OldestSeconds">Age of the oldest.</param>
/// <param name="IsDown">Whether its mail server is taken for down.</param>
public sealed record SpoolTotal(string Tenant, int Messages, int Held, long Octets, long OldestSeconds, bool IsDown);

/// <summary>Keeps messages while a mail server does not answer, and brings them to it later.</summary>
public interface ISpool
{
    /// <summary>Whether a message would find room; it may be gone when the message comes.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="octets">The message's size as far as it is known, else 0.</param>
    bool HasRoom(TenantSettings tenant, long octets);

    /// <summary>Keeps a message. When it returns true, file and folder are on the disk (fsync) and the sender may be told 250.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False: there is no room, or the disk refused; nothing was kept.</returns>
    ValueTask<bool> KeepAsync(SpooledMessage message);

    /// <summary>A tenant's mail server has taken a message just now: what waits for it need not wait longer.</summary>
    /// <param name="tenant">The tenant's name.</param>
    void BackendAnswered(string tenant);

    /// <summary>What each tenant has; only those that have something.</summary>
    IReadOnlyList<SpoolTotal> Totals();
}
