using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Quarantine;

namespace Garita.Control;

/// <summary>What administrators can do with the quarantine. Every act that changes something, and every look into a body, leaves an audit row.</summary>
internal interface IQuarantineActs
{
    Task<IReadOnlyList<QuarantineEntry>> FindAsync(QuarantineQuery query);

    /// <summary>Null: none with this id.</summary>
    Task<QuarantineView?> ShowAsync(string id);

    /// <summary>The message; null: none, or its file is gone.</summary>
    Task<Stream?> ExportAsync(Administrator administrator, string id);

    Task<QuarantineReleased> ReleaseAsync(Administrator administrator, string id, QuarantineReleaseRequest request);

    /// <summary>By the token of a link, once.</summary>
    Task<QuarantineReleased> RedeemAsync(Administrator administrator, string token);

    /// <summary>Null when it is gone; else why not.</summary>
    Task<string?> DeleteAsync(Administrator administrator, string id);
}
