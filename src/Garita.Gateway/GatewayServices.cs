using Garita.Gateway.Admission.Bans;
using Garita.Gateway.Alarms;
using Garita.Gateway.Counters;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Reports;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway;

/// <summary>What the gateway is composed of; made once by the executable, or by a test.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Dns">Look-ups.</param>
/// <param name="Recipients">Who exists.</param>
/// <param name="Relay">The way to the mail servers.</param>
/// <param name="Letters">Where messages are kept while they are here.</param>
/// <param name="Ledger">What is kept.</param>
/// <param name="Metrics">What is counted for the administrator.</param>
/// <param name="Logs">Where is logged.</param>
public sealed record GatewayServices(
    TimeProvider Time, IDnsResolver Dns, IRecipientDirectory Recipients, IRelay Relay, ILetterBox Letters, ILedger Ledger, GatewayMetrics Metrics, ILoggerFactory Logs)
{
    /// <summary>Where alarms go.</summary>
    public IAlarms Alarms { get; init; } = NoAlarms.Instance;

    /// <summary>Keeps messages that are not delivered.</summary>
    public IQuarantine Quarantine { get; init; } = NoQuarantine.Instance;

    /// <summary>Where is noted what domains are told of their mail.</summary>
    public IDmarcReports DmarcReports { get; init; } = NoDmarcReports.Instance;

    /// <summary>Keeps messages while their mail server does not answer; null for none.</summary>
    public ISpool? Spool { get; init; }

    /// <summary>Who enforces bans before the gateway does.</summary>
    public IBanSink BanSink { get; init; } = NoBanSink.Instance;
}
