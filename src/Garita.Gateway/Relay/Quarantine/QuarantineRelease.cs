using System.Globalization;
using System.Text;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Message;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>Who acts, for the audit trail.</summary>
/// <param name="Who">User name, or the recipient of a link.</param>
/// <param name="Where">From where.</param>
public readonly record struct QuarantineActor(string Who, string Where);

/// <summary>How a release ended.</summary>
/// <param name="State"><see cref="QuarantineState.Released"/>, <see cref="QuarantineState.Unknown"/>, or <see cref="QuarantineState.Kept"/> when nothing was delivered.</param>
/// <param name="Recipients">To whom; empty when nothing was tried.</param>
/// <param name="Problem">Why not, in our own words; null when it is released.</param>
public sealed record QuarantineReleased(QuarantineState State, IReadOnlyList<string> Recipients, string? Problem);

/// <summary>
/// Brings messages of the quarantine to the tenant's mail server: the octets as they came, with one field before them, to the envelope they came with or
/// to chosen recipients, to each once. What is under way when the gateway is killed, or is not answered, is marked as unknown and delivered again only
/// when somebody says so.
/// </summary>
public sealed class QuarantineRelease(QuarantineStore store, IRelay relay, TimeProvider time, ILoggerFactory logs)
{
    private const string NoLink = "the link is not genuine, or its time is over";

    /// <summary>How long a release may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ILogger _log = logs.CreateLogger("Garita.Quarantine");

    /// <summary>Releases a message.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="chosen">To whom, addresses in the tenant's domains; empty: to all of its envelope that do not have it.</param>
    /// <param name="again">Whether also to those of whom it is not known, and to those chosen who have it already.</param>
    /// <param name="actor">Who wants it.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be used; nothing was delivered.</exception>
    public async Task<QuarantineReleased> ReleaseAsync(string id, IReadOnlyList<string> chosen, bool again, QuarantineActor actor)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        if (!store.TryClaim(id))
            return Not(QuarantineProblems.Busy);
        try
        {
            // 1. What, to whom, by which way.
            if (await store.Index.GetAsync(id) is not { } entry)
                return Not(QuarantineProblems.None);
            if (store.Settings.Tenants.FirstOrDefault(tenant => string.Equals(tenant.Name, entry.Tenant, StringComparison.Ordinal)) is not { } tenant)
                return Not("its tenant is not in the settings any more");
            if (Choose(entry, tenant, chosen, again, out var recipients) is { } wrong)
                return Not(wrong);
            if (Open(entry) is not { } letter)
                return Not("its file cannot be read");
            using (letter)
                return await DeliverAsync(entry, tenant, recipients, letter, again, actor);
        }
        finally
        {
            store.Unclaim(id);
        }
    }

    /// <summary>Releases a message to the recipient of a link, once.</summary>
    /// <param name="token">The link's token; from outside.</param>
    /// <param name="actor">Who brings it.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be used; nothing was delivered.</exception>
    public async Task<QuarantineReleased> RedeemAsync(string token, QuarantineActor actor)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (Read(token) is not { } link || await store.Index.GetAsync(link.Id) is not { } entry
            || link.Place >= entry.Recipients.Count || entry.Recipients[link.Place] is not { IsExtra: false } recipient)
            return Not(NoLink);
        if (!ReleaseLinks.MayRelease(entry))
            return Not("only an administrator may release it");
        if (recipient.State != QuarantineState.Kept)
            return Not("the link was used already, or the message was released");
        return await ReleaseAsync(link.Id, [recipient.Address], again: false, actor with { Who = $"{actor.Who} by link of <{recipient.Address}>" });
    }

    private async Task<QuarantineReleased> DeliverAsync(QuarantineEntry entry, TenantSettings tenant, List<QuarantinedRecipient> recipients, ILetter letter, bool again, QuarantineActor actor)
    {
        if (entry.Mail() is not { } mail)
            return Not("its reverse-path cannot be read");
        RcptCommand[] commands = [.. recipients.Select(static recipient => QuarantineEntry.Rcpt(recipient)!)];
        string[] addresses = [.. recipients.Select(static recipient => recipient.Address.ToLowerInvariant())];
        var list = string.Join(", ", addresses);

        // 2. From here on a kill leaves it marked.
        QuarantineState[] from = again ? [QuarantineState.Kept, QuarantineState.Unknown, QuarantineState.Released] : [QuarantineState.Kept];
        if (!await store.Index.BeginReleaseAsync(entry.Id, addresses, from, Audit(actor, $"{entry.Id}: {Word(entry.State)}", $"{entry.Id}: releasing to {list}")))
            return Not("it is being released, or was released already");
        DeliveryResult? result = null;
        try
        {
            store.Files.Mark(entry.Tenant, entry.Id);

            // 3. On its way: as it came, but for what it says in our name.
            var head = await letter.HeadAsync(HeaderSection.MaxLength);
            var header = HeaderSection.Read(head.Span, complete: head.Length == letter.Length);
            result = await relay.DeliverAsync(new Delivery
            {
                Tenant = tenant,
                Session = entry.Id,
                Mail = mail,
                Recipients = commands,
                AddedFields = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"X-Garita-Released: {entry.Id}; {time.GetUtcNow().UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000\r\n")),
                Letter = letter,
                Omitted = ForgedFields.Find(header, head.Span, store.Settings.Hostname),
                Deadline = time.GetTimestamp() + (long)(Patience.TotalSeconds * time.TimestampFrequency),
                Client = entry.Identity(),
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The letter is read before the final dot, and the mark is made before all: a mail server that saw no dot has nothing.
            _log.NotReleased(entry.Id, e.Message);
        }

        // 4. What came of it.
        var (state, problem) = Conclude(result);
        return await ConcludeAsync(entry, addresses, state, problem, result?.Late, Audit(actor, $"{entry.Id}: releasing to {list}", $"{entry.Id}: {Word(state)}{(problem is null ? "" : ", " + problem)}"));
    }

    private async Task<QuarantineReleased> ConcludeAsync(QuarantineEntry entry, string[] addresses, QuarantineState state, string? problem, Task<bool>? late, AuditEntry audit)
    {
        try
        {
            if (state == QuarantineState.Kept && !entry.Recipients.Any(static recipient => recipient.State != QuarantineState.Kept))
                store.Files.Unmark(entry.Tenant, entry.Id);
            await store.Index.EndReleaseAsync(entry.Id, state, audit);
            if (late is not null)
                _ = ConfirmAsync(entry, addresses, late);
            else if (state == QuarantineState.Released)
                await RemoveReleasedAsync(entry);
            return new QuarantineReleased(state, addresses, problem);
        }
        catch (Exception e) when (QuarantineStore.IsStorage(e))
        {
            _log.NotReleased(entry.Id, e.Message);
            return new QuarantineReleased(state, addresses, $"{(state == QuarantineState.Released ? "it was delivered" : problem)}, but that could not be noted: {e.Message}");
        }
    }

    /// <summary>The mail server's answer came when nobody waited any more.</summary>
    private async Task ConfirmAsync(QuarantineEntry entry, string[] addresses, Task<bool> late)
    {
        try
        {
            if (!await late || !store.TryClaim(entry.Id))
                return;
            try
            {
                await store.Index.ConfirmReleaseAsync(entry.Id, addresses);
                await RemoveReleasedAsync(entry);
            }
            finally
            {
                store.Unclaim(entry.Id);
            }
        }
        catch (Exception e) when (QuarantineStore.IsStorage(e) || e is ObjectDisposedException)
        {
            _log.NotReleased(entry.Id, e.Message);
        }
    }

    private async Task RemoveReleasedAsync(QuarantineEntry entry)
    {
        if (await store.Index.GetAsync(entry.Id) is { State: QuarantineState.Released })
            store.RemoveReleased(entry.Tenant, entry.Id, entry.Room);
    }

    /// <summary>To whom it goes; or why to nobody.</summary>
    private static string? Choose(QuarantineEntry entry, TenantSettings tenant, IReadOnlyList<string> chosen, bool again, out List<QuarantinedRecipient> recipients)
    {
        recipients = [];
        if (chosen.Count == 0)
        {
            recipients =
            [
                .. entry.Recipients.Where(recipient => !recipient.IsExtra && (recipient.State == QuarantineState.Kept || (again && recipient.State == QuarantineState.Unknown)))
                    .DistinctBy(static recipient => recipient.Address, StringComparer.OrdinalIgnoreCase),
            ];
            if (recipients.Count > 0)
                return recipients.Exists(static recipient => QuarantineEntry.Rcpt(recipient) is null) ? "a recipient cannot be read" : null;
            return entry.State == QuarantineState.Unknown ? "it may have been delivered before; --again delivers it once more" : "it was released already";
        }

        foreach (var text in chosen)
        {
            if (!PathParser.TryParseMailbox(text, out var mailbox) || !tenant.Domains.Contains(mailbox!.Domain, StringComparer.Ordinal))
                return "recipients that are chosen must be addresses in the tenant's domains";
            var address = mailbox.ToString();
            if (recipients.Exists(recipient => recipient.Address.Equals(address, StringComparison.OrdinalIgnoreCase)))
                continue;
            var known = entry.Recipients.FirstOrDefault(recipient => recipient.Address.Equals(address, StringComparison.OrdinalIgnoreCase));
            if (!again && known is { State: not QuarantineState.Kept })
                return known.State == QuarantineState.Unknown ? "one of them may have it; --again delivers it once more" : "one of them has it already; --again delivers it once more";
            recipients.Add(known ?? new QuarantinedRecipient(address));
        }

        // RFC 2033 §4.2: answers come for each recipient, and one state is kept for all of a release.
        return recipients.Count > 1 && tenant.Backends.Smtp.Any(static backend => backend.IsLmtp) ? "its mail server speaks LMTP: one recipient at a time" : null;
    }

    /// <summary>What a result means for the message.</summary>
    private static (QuarantineState State, string? Problem) Conclude(DeliveryResult? result) => result switch
    {
        null => (QuarantineState.Kept, "its file cannot be read"),
        { Outcome: DeliveryOutcome.Delivered } => (QuarantineState.Released, null),
        { Outcome: DeliveryOutcome.Unknown } => (QuarantineState.Unknown, "the mail server did not answer: it may have been delivered"),
        { Outcome: DeliveryOutcome.Busy } => (QuarantineState.Kept, "the mail server is busy"),
        { Code: 0 } => (QuarantineState.Kept, "the mail server is not reached"),
        _ => (QuarantineState.Kept, string.Create(CultureInfo.InvariantCulture, $"the mail server answered {result.Code}")),
    };

    private ReleaseLink? Read(string token)
    {
        try
        {
            return store.Links.Read(token, time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.NoKey(e.Message);
            return null;
        }
    }

    private ILetter? Open(QuarantineEntry entry)
    {
        try
        {
            return store.Files.Open(entry.Tenant, entry.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.NotReleased(entry.Id, e.Message);
            return null;
        }
    }

    private AuditEntry Audit(QuarantineActor actor, string before, string after) => new(time.GetUtcNow(), actor.Who, actor.Where, "quarantine.release", before, after);

    private static string Word(QuarantineState state) => state.ToString().ToLowerInvariant();

    private static QuarantineReleased Not(string problem) => new(QuarantineState.Kept, [], problem);
}
