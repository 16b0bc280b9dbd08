using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Gateway.Recipients.CallAhead;

/// <summary>What a mail server says of a recipient.</summary>
public enum ProbeAnswer : byte
{
    /// <summary>Nothing now: not reached, too slow, 4xx, all connections busy.</summary>
    CannotTell,
    /// <summary>It exists.</summary>
    Yes,
    /// <summary>It does not.</summary>
    No,
    /// <summary>Refused for another reason than the address, such as a list that takes no null reverse-path: the server shall judge the real mail.</summary>
    Undecided,
}

/// <summary>Asks mail servers whether a recipient exists, without a message.</summary>
public interface IRecipientProbes
{
    /// <summary>Asks a tenant's mail servers in order, until one answers. Does not throw for a server that is down.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="recipient">The recipient, as the client wrote it.</param>
    /// <param name="deadline">When to give up (<see cref="TimeProvider.GetTimestamp"/>).</param>
    ValueTask<ProbeAnswer> ProbeAsync(TenantSettings tenant, Mailbox recipient, long deadline);
}
