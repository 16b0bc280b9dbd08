using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Spool;

namespace Garita.Serve;

/// <summary>The spool in the hands of administrators, each act with its audit row.</summary>
internal sealed class SpoolActs(Spool spool, ILedger ledger, TimeProvider time) : ISpoolActs
{
    public Task<IReadOnlyList<SpoolView>> ListAsync(string? tenant, int most) => spool.ListAsync(tenant, most);

    public Task<SpoolView?> ShowAsync(SpoolId id) => spool.ShowAsync(id);

    public int? Flush(Administrator administrator, SpoolFlushRequest request)
    {
        int count;
        if (request.Id is { } text)
        {
            if (!SpoolId.TryParse(text, out var id) || !spool.Flush(id))
                return null;
            count = 1;
        }
        else
        {
            count = spool.Flush(request.Tenant);
        }

        Audit(administrator, "spool.flush", null, string.Create(CultureInfo.InvariantCulture, $"{request.Id ?? request.Tenant ?? "all"}: {count} messages"));
        return count;
    }

    public async Task<bool> HoldAsync(Administrator administrator, SpoolId id, bool release)
    {
        if (!await spool.HoldAsync(id, release))
            return false;
        Audit(administrator, release ? "spool.release" : "spool.hold", null, id.ToString());
        return true;
    }

    public async Task<bool> DeleteAsync(Administrator administrator, SpoolId id)
    {
        if (await spool.DeleteAsync(id) is not { } was)
            return false;
        Audit(administrator, "spool.delete", JsonSerializer.Serialize(was, ControlJson.Default.SpoolView), null);
        return true;
    }

    private void Audit(Administrator administrator, string what, string? before, string? after) =>
        ledger.Audit(new AuditEntry(time.GetUtcNow(), administrator.Who, administrator.Where, what, before, after));
}
