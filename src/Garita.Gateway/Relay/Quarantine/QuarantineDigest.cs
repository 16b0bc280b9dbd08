using System.Net;
using Garita.Gateway.Alarms;
using Garita.Gateway.Ledger;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Quarantine;

/// <summary>
/// Tells recipients, where the tenant wants it, once a day of what is kept for them, by a mail to the tenant's own mail server. It is noted before it is
/// sent, so that nobody is told twice a day whatever happens; where the mail server surely did not take it, the note is taken back.
/// </summary>
internal sealed class QuarantineDigest(QuarantineStore store, IRelay relay, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Messages that one mail names; there may be more.</summary>
    internal const int MostEntries = 100;

    private const int AtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ILogger _log = logs.CreateLogger("Garita.Quarantine");

    /// <summary>Tells those who are to be told now.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be used.</exception>
    internal async Task RunAsync(GatewaySettings settings)
    {
        foreach (var tenant in settings.Tenants)
        {
            if (tenant.Quarantine is not { Digest: true, DigestUrl: { } url } || tenant.Domains.Count == 0)
                continue;
            foreach (var untold in await store.Index.UntoldAsync(tenant.Name, time.GetUtcNow() - Every, AtOnce))
            {
                if (store.IsStopping || !await TellAsync(settings, tenant, url, untold))
                    break;
            }
        }
    }

    /// <summary>Tells one; false when the mail server takes nothing now.</summary>
    private async Task<bool> TellAsync(GatewaySettings settings, TenantSettings tenant, Uri url, QuarantineUntold untold)
    {
        var now = time.GetUtcNow();
        var entries = await store.Index.FindAsync(new QuarantineQuery { Tenant = tenant.Name, KeptFor = untold.Recipient, Most = MostEntries });
        await store.Index.ToldAsync(tenant.Name, untold.Recipient, now);
        if (entries.Count == 0 || QuarantineEntry.Rcpt(new QuarantinedRecipient(untold.Recipient)) is not { } recipient)
            return true;

        var until = now + ReleaseLinks.Life;
        List<DigestLine> lines = [];
        foreach (var entry in entries)
        {
            var place = entry.Recipients.TakeWhile(known => !known.Address.Equals(untold.Recipient, StringComparison.OrdinalIgnoreCase)).Count();
            lines.Add(new DigestLine(entry, ReleaseLinks.MayRelease(entry) ? $"{url.AbsoluteUri}?token={store.Links.Make(new ReleaseLink(entry.Id, place), until)}" : null));
        }

        var id = Guid.CreateVersion7(now).ToString("N");
        var postmaster = new Mailbox("postmaster", tenant.Domains[0]);
        using var letter = new MemoryLetter(DigestMessage.Write(lines, untold.Recipient, postmaster.ToString(), $"{id}@{settings.Hostname}", now));
        var nowhere = new IPEndPoint(IPAddress.Loopback, 0);
        var result = await relay.DeliverAsync(new Delivery
        {
            Tenant = tenant,
            Session = id,
            // As alarms: the null reverse-path is for reports on other mail (RFC 5321 §4.5.5).
            Mail = new MailCommand { Path = new SmtpPath(postmaster, HasSourceRoute: false, HasTrailingDot: false), SmtpUtf8 = !recipient.Path.Mailbox!.IsAscii },
            Recipients = [recipient],
            AddedFields = default,
            Letter = letter,
            Deadline = time.GetTimestamp() + (long)(Patience.TotalSeconds * time.TimestampFrequency),
            Client = new ClientIdentity(nowhere, nowhere, Name: null, settings.Hostname, IsEsmtp: true),
        });
        switch (result.Outcome)
        {
            case DeliveryOutcome.Delivered or DeliveryOutcome.Unknown or DeliveryOutcome.Refused or DeliveryOutcome.CannotCarry:
                return true;
            default:
                _log.NotTold(tenant.Name, result.Code);
                await store.Index.ToldAsync(tenant.Name, untold.Recipient, untold.Last ?? DateTimeOffset.UnixEpoch);
                return false;
        }
    }
}
