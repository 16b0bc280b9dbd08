using System.Globalization;
using System.Text;
using Garita.Control;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Quarantine;
using Garita.Protocols.Message;

namespace Garita.Serve;

/// <summary>The quarantine as administrators use it, each act with its audit row.</summary>
internal sealed class QuarantineActs(QuarantineStore store, QuarantineRelease release, TimeProvider time) : IQuarantineActs
{
    private const int MostHeader = 64 * 1024;

    public Task<IReadOnlyList<QuarantineEntry>> FindAsync(QuarantineQuery query) => store.FindAsync(query);

    public async Task<QuarantineView?> ShowAsync(string id)
    {
        if (await store.GetAsync(id) is not { } entry)
            return null;
        var view = QuarantineView.Of(entry);
        await using var message = store.OpenMessage(entry);
        if (message is null)
            return view;
        var head = new byte[HeaderSection.MaxLength + 1];
        var length = await message.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false);
        var section = HeaderSection.Read(head.AsSpan(0, length), complete: length == message.Length).Length;
        return view with { Header = Encoding.UTF8.GetString(head, 0, Math.Min(section, MostHeader)) };
    }

    public Task<Stream?> ExportAsync(Administrator administrator, string id) => store.ExportAsync(id, entry => Audit(administrator, "quarantine.export", entry));

    public Task<QuarantineReleased> ReleaseAsync(Administrator administrator, string id, QuarantineReleaseRequest request) =>
        release.ReleaseAsync(id, request.To, request.Again, Actor(administrator));

    public Task<QuarantineReleased> RedeemAsync(Administrator administrator, string token) => release.RedeemAsync(token, Actor(administrator));

    public Task<string?> DeleteAsync(Administrator administrator, string id) => store.DeleteAsync(id, entry => Audit(administrator, "quarantine.delete", entry));

    private static QuarantineActor Actor(Administrator administrator) => new(administrator.Who, administrator.Where);

    /// <summary>What it was, without a word of its text but the addresses.</summary>
    private AuditEntry Audit(Administrator administrator, string what, QuarantineEntry entry) => new(
        time.GetUtcNow(), administrator.Who, administrator.Where, what,
        string.Create(CultureInfo.InvariantCulture, $"{entry.Id}: {QuarantineView.Word(entry.State)}, tenant {entry.Tenant}, {entry.Octets} octets from <{entry.Sender}> to {string.Join(", ", entry.Recipients.Take(10).Select(static recipient => $"<{recipient.Address}>"))}"),
        what.EndsWith("delete", StringComparison.Ordinal) ? null : "unchanged");
}
