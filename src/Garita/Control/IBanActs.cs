using System.Net;
using Garita.Gateway.Admission.Bans;

namespace Garita.Control;

/// <summary>What administrators can do about bans. Every act that changes something leaves an audit row.</summary>
internal interface IBanActs
{
    /// <summary>Bans that have not ended, the next to end first.</summary>
    IReadOnlyList<Ban> List();

    /// <summary>The ban; or what is wrong.</summary>
    (Ban? Made, string? Problem) Add(Administrator administrator, IPNetwork network, string reason, TimeSpan duration);

    /// <summary>How many bans ended, and what is wrong or still holds.</summary>
    (int Removed, string? Problem) Remove(Administrator administrator, IPNetwork network);

    /// <summary>How many ended.</summary>
    int Clear(Administrator administrator);
}
