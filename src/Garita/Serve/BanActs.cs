using System.Globalization;
using System.Net;
using System.Text.Json;
using Garita.Control;
using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Ledger;

namespace Garita.Serve;

/// <summary>Bans as administrators make and end them, each act with its audit row.</summary>
internal sealed class BanActs(BanBook book, ILedger ledger, TimeProvider time) : IBanActs
{
    public IReadOnlyList<Ban> List() => book.List();

    public (Ban? Made, string? Problem) Add(Administrator administrator, IPNetwork network, string reason, TimeSpan duration)
    {
        if (book.Add(network, reason, duration, out var made) is { } problem)
            return (null, problem);
        Audit(administrator, "bans.add", null, Json(made!));
        return (made, null);
    }

    public (int Removed, string? Problem) Remove(Administrator administrator, IPNetwork network)
    {
        var problem = book.Remove(network, out var removed);
        foreach (var ban in removed)
            Audit(administrator, "bans.remove", Json(ban), null);
        return (removed.Count, problem);
    }

    public int Clear(Administrator administrator)
    {
        var count = book.Clear();
        Audit(administrator, "bans.clear", string.Create(CultureInfo.InvariantCulture, $"{count} bans"), "0 bans");
        return count;
    }

    private void Audit(Administrator administrator, string what, string? before, string? after) =>
        ledger.Audit(new AuditEntry(time.GetUtcNow(), administrator.Who, administrator.Where, what, before, after));

    private static string Json(Ban ban) => JsonSerializer.Serialize(BanView.Of(ban), ControlJson.Default.BanView);
}
