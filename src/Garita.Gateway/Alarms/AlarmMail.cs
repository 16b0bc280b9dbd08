using System.Net;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Alarms;

/// <summary>
/// Mails notices to the tenant's postmaster: over the tenant's own backend pool, which leads past our listeners, and where that
/// fails over <c>[outbound] smarthost</c>; or to one address outside over the smarthost. What fails twice is in the log and nowhere else, least of all in another mail.
/// </summary>
internal sealed partial class AlarmMail : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IRelay _relay;
    private readonly Smarthost _smarthost;

    internal AlarmMail(IRelay relay, TimeProvider time, ILoggerFactory logs)
    {
        _relay = relay;
        _time = time;
        _smarthost = new Smarthost(time, logs);
        _log = logs.CreateLogger<AlarmMail>();
    }

    /// <summary>Mails a notice.</summary>
    /// <param name="settings">The snapshot.</param>
    /// <param name="notice">The notice.</param>
    internal async Task SendAsync(GatewaySettings settings, AlarmNotice notice)
    {
        // What concerns everybody goes to the first tenant's postmaster, as mail to the bare postmaster does.
        var tenant = settings.Tenants.FirstOrDefault(tenant => notice.Tenant is null || string.Equals(tenant.Name, notice.Tenant, StringComparison.Ordinal));
        if (!settings.Alarms.Mail || tenant is not { Domains.Count: > 0 })
            return;
        // RFC 5321 §4.5.1: every domain that takes mail has this one.
        var postmaster = new Mailbox("postmaster", tenant.Domains[0]);
        // A mail to a tenant whose server is down is no alarm: an address outside is told by the smarthost alone.
        var to = settings.Alarms.Address ?? postmaster;
        var first = settings.Alarms.Address is null ? await TryAsync(_relay, tenant, notice, postmaster, to, settings.Hostname) : "an address outside";
        if (first is null)
            return;
        if (settings.Outbound is not { } outbound)
        {
            LogFailed(notice.Kind, tenant.Name, first);
            return;
        }

        var (smarthost, route) = _smarthost.Open(settings, outbound, tenant.Domains);
        if (await TryAsync(smarthost, route, notice, postmaster, to, settings.Hostname) is { } second)
            LogFailed(notice.Kind, tenant.Name, $"{first}; smarthost: {second}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _smarthost.DisposeAsync();

    /// <summary>Null when it was taken; else why not.</summary>
    private async Task<string?> TryAsync(IRelay relay, TenantSettings tenant, AlarmNotice notice, Mailbox postmaster, Mailbox to, string hostname)
    {
        using var letter = new MemoryLetter(AlarmMessage.Write(notice, postmaster.ToString(), to.ToString()));
        var nowhere = new IPEndPoint(IPAddress.Loopback, 0);
        var result = await relay.DeliverAsync(new Delivery
        {
            Tenant = tenant,
            Session = notice.Id,
            // RFC 5321 §4.5.5: the null reverse-path is for reports on other mail alone, "all other types of messages … SHOULD be sent with a
            // valid, non-null reverse-path". RFC 3834 §3.3 asks for it in answers only, and this answers nothing. A report on this mail would
            // come from the server inside, with the null reverse-path, to the same postmaster, and there it ends.
            Mail = new MailCommand { Path = new SmtpPath(postmaster, HasSourceRoute: false, HasTrailingDot: false) },
            Recipients = [new RcptCommand { Path = new SmtpPath(to, HasSourceRoute: false, HasTrailingDot: false) }],
            AddedFields = default,
            Letter = letter,
            Deadline = _time.GetTimestamp() + (long)(Patience.TotalSeconds * _time.TimestampFrequency),
            Client = new ClientIdentity(nowhere, nowhere, Name: null, hostname, IsEsmtp: true),
        });
        return result.Outcome == DeliveryOutcome.Delivered ? null
            : result.Code == 0 ? $"{result.Backend} is {(result.Outcome == DeliveryOutcome.Unknown ? "silent" : "not reached")}" : $"{result.Backend} answered {result.Code}";
    }

    [LoggerMessage(6203, LogLevel.Error, "The {Kind} alarm was not mailed to the postmaster of {Tenant}: {Problem}")]
    private partial void LogFailed(string kind, string tenant, string problem);
}
