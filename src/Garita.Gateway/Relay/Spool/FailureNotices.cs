using System.Net;
using Garita.Gateway.Alarms;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Relay.Spool;

/// <summary>
/// Tells a verified sender by a delivery status notification (RFC 3464) that an accepted message was not delivered: only where SPF passed for
/// the reverse-path's domain, the tenant wants it, and there is a smarthost. Whoever is not verified hears nothing, for the address may be
/// somebody else's (RFC 3834 §4, backscatter). One try: the message itself is in the quarantine, and people are alarmed of it.
/// </summary>
internal sealed partial class FailureNotices : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Smarthost _smarthost;

    internal FailureNotices(TimeProvider time, ILoggerFactory logs)
    {
        _time = time;
        _smarthost = new Smarthost(time, logs);
        _log = logs.CreateLogger("Garita.Spool");
    }

    /// <summary>Tells the sender of some recipients that did not get it.</summary>
    /// <returns>Whether the smarthost took the notice; false too where none is due.</returns>
    internal async ValueTask<bool> TellAsync(
        GatewaySettings settings, TenantSettings tenant, SpooledEnvelope envelope, IReadOnlyList<int> some, SpoolId id, ReadOnlyMemory<byte> header, bool hasExpired, DeliveryResult? result)
    {
        // RFC 5321 §4.5.5: never to the null reverse-path. RFC 3461 §4.1: never where NOTIFY says so.
        var told = some.Select(index => envelope.Recipients[index]).Where(static to => to.Notify == DsnNotify.None || to.Notify.HasFlag(DsnNotify.Failure)).ToList();
        if (!tenant.Dsn || settings.Outbound is not { } outbound || envelope is not { PassedDomain: not null, Sender: { } sender } || told.Count == 0)
            return false;
        var notice = new FailureNotice(settings.Hostname, sender, envelope, told, id, header, hasExpired, result, _time.GetUtcNow());
        var (smarthost, route) = _smarthost.Open(settings, outbound, tenant.Domains);
        using var letter = new MemoryLetter(FailureNoticeMessage.Write(notice));
        var nowhere = new IPEndPoint(IPAddress.Loopback, 0);
        var answer = await smarthost.DeliverAsync(new Delivery
        {
            Tenant = route,
            Session = id.ToString(),
            // RFC 3464 §2: the null reverse-path, so that nothing answers it. RFC 3461 §6.1: NOTIFY=NEVER.
            Mail = new MailCommand { SmtpUtf8 = !sender.IsAscii },
            Recipients = [new RcptCommand { Path = new SmtpPath(sender, HasSourceRoute: false, HasTrailingDot: false), Notify = DsnNotify.Never }],
            AddedFields = default,
            Letter = letter,
            Deadline = _time.GetTimestamp() + (long)(Patience.TotalSeconds * _time.TimestampFrequency),
            Client = new ClientIdentity(nowhere, nowhere, Name: null, settings.Hostname, IsEsmtp: true),
        });
        if (answer.Outcome == DeliveryOutcome.Delivered)
            return true;
        LogNotTold(id.ToString(), tenant.Name, answer.Outcome);
        return false;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _smarthost.DisposeAsync();

    [LoggerMessage(6320, LogLevel.Warning, "The sender of {Id} ({Tenant}) could not be told that it was not delivered: the smarthost's answer was {Outcome}")]
    private partial void LogNotTold(string id, string tenant, DeliveryOutcome outcome);
}
