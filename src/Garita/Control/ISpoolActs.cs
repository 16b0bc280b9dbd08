using Garita.Gateway.Relay.Spool;

namespace Garita.Control;

/// <summary>What administrators can do about the spool. Every act that changes something leaves an audit row.</summary>
internal interface ISpoolActs
{
    /// <summary>Messages, oldest first within each tenant.</summary>
    Task<IReadOnlyList<SpoolView>> ListAsync(string? tenant, int most);

    /// <summary>One message; null: none of that id.</summary>
    Task<SpoolView?> ShowAsync(SpoolId id);

    /// <summary>How many messages are tried now; null: none of that id that is not held.</summary>
    int? Flush(Administrator administrator, SpoolFlushRequest request);

    /// <summary>False: none of that id.</summary>
    Task<bool> HoldAsync(Administrator administrator, SpoolId id, bool release);

    /// <summary>False: none of that id, or it is being tried.</summary>
    Task<bool> DeleteAsync(Administrator administrator, SpoolId id);
}
