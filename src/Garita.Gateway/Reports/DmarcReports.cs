using System.Net;
using System.Text.Json;
using Garita.Gateway.Alarms;
using Garita.Gateway.Evidence.Sender;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Protocols.Smtp;
using Garita.SenderAuth.Dmarc;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Reports;

/// <summary>
/// DMARC aggregate reports (RFC 9990): notes of each day become one report for each domain that asks, after the day's end (UTC), and go over the
/// smarthost to addresses that may get them (§4). Without a smarthost they stay as files in <c>dmarc/outgoing</c> of the data folder, for 30 days.
/// What cannot be sent is tried each time again for two days. Off unless the settings say so.
/// </summary>
public sealed partial class DmarcReports : IDmarcReports, IAsyncDisposable
{
    private const int MostWaiting = 5000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>So long after its end a day's last notes are surely written, so that no second report has to follow.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Tried = TimeSpan.FromDays(2);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan DnsPatience = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly string _outgoing;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SenderDns _dns;
    private readonly ReportJournal _journal;
    private readonly Smarthost _smarthost;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly ITimer _timer;
    private volatile GatewaySettings _settings;

    /// <summary>Makes it; nothing is written before there is something to note.</summary>
    /// <param name="settings">The first snapshot.</param>
    /// <param name="dns">Look-ups.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">Where is logged.</param>
    public DmarcReports(GatewaySettings settings, Evidence.Dns.IDnsResolver dns, TimeProvider time, ILoggerFactory logs)
    {
        _settings = settings;
        _folder = Path.Combine(settings.DataFolder, "dmarc");
        _outgoing = Path.Combine(_folder, "outgoing");
        _time = time;
        _log = logs.CreateLogger("Garita.DmarcReports");
        _dns = new SenderDns(dns);
        _journal = new ReportJournal(_folder, time, _log);
        _smarthost = new Smarthost(time, logs);
        _timer = time.CreateTimer(static self => _ = ((DmarcReports)self!).RunAsync(), this, Interval, Interval);
    }

    /// <inheritdoc/>
    public bool IsOn => _settings.Dmarc.ReportFrom is not null;

    /// <summary>Takes new settings.</summary>
    /// <param name="settings">The snapshot.</param>
    public void Apply(GatewaySettings settings) => _settings = settings;

    /// <inheritdoc/>
    public void Add(DmarcOutcome outcome, ReportedRow row)
    {
        // RFC 9989 §4.7: without rua there are no reports. What DNS did not answer for is neither pass nor fail, and reports have no word for it.
        if (IsOn && outcome is { Result: DmarcResult.Pass or DmarcResult.Fail, Record.AggregateAddresses.Count: > 0, PolicyDomain: not null })
            _journal.Add(outcome, row);
    }

    /// <summary>Makes what is to be made and sends what waits. Never throws.</summary>
    internal async Task RunAsync()
    {
        if (!await _oneAtATime.WaitAsync(TimeSpan.Zero))
            return;
        try
        {
            var settings = _settings;
            if (settings.Dmarc.ReportFrom is not { } from)
                return;
            // On the pool: a day's notes may be many.
            await Task.Run(() => Make(settings, from));
            await SendAsync(settings, from);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            LogFailed(_log, problem.Message);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _journal.DisposeAsync();
        await _oneAtATime.WaitAsync();
        await _smarthost.DisposeAsync();
        _oneAtATime.Dispose();
    }

    private void Make(GatewaySettings settings, Mailbox from)
    {
        foreach (var (day, notes) in ReportJournal.Over(_folder, DateOnly.FromDateTime((_time.GetUtcNow() - Settled).UtcDateTime)).ToList())
            LogMade(_log, ReportMaker.Make(notes, day, _outgoing, settings.Hostname, settings.Dmarc.ReportOrganization ?? settings.Hostname, from.ToString()), day);
    }

    private async Task SendAsync(GatewaySettings settings, Mailbox from)
    {
        if (!Directory.Exists(_outgoing))
            return;
        var now = _time.GetUtcNow();
        foreach (var file in Directory.EnumerateFiles(_outgoing, "*.xml.gz").Order(StringComparer.Ordinal).Take(MostWaiting).ToList())
        {
            var age = now - EndOf(file);
            if (age > (settings.Outbound is null ? Kept : Tried))
            {
                if (settings.Outbound is not null)
                    LogGivenUp(_log, Path.GetFileName(file));
                Remove(file);
            }
            else if (settings.Outbound is { } outbound)
            {
                await SendAsync(settings, outbound, from, file);
            }
        }
    }

    private async Task SendAsync(GatewaySettings settings, BackendSettings outbound, Mailbox from, string file)
    {
        if (!File.Exists(file + ".to") || JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file + ".to"), ReportJson.Default.WaitingReport) is not { } waiting)
        {
            Remove(file);
            return;
        }

        List<string> left = [];
        foreach (var asked in waiting.Addresses)
        {
            if (!PathParser.TryParseMailbox(asked, out var address))
                continue;
            // RFC 9990 §4: asked each time, since it is cheap and nobody is to be flooded.
            using var deadline = new CancellationTokenSource(DnsPatience, _time);
            var targets = await ReportDestinations.FindAsync(waiting.PolicyDomain, [address!], _dns, deadline.Token);
            var isLeft = targets.IsUnknown;
            foreach (var target in targets.Addresses)
                isLeft |= !await DeliverAsync(settings, outbound, from, target, waiting, file);
            if (isLeft)
                left.Add(asked);
        }

        if (left.Count == 0)
            Remove(file);
        else if (left.Count < waiting.Addresses.Count)
            ReportMaker.WriteWhole(file + ".to", JsonSerializer.SerializeToUtf8Bytes(waiting with { Addresses = left }, ReportJson.Default.WaitingReport));
    }

    /// <summary>False when it is to be tried again.</summary>
    private async Task<bool> DeliverAsync(GatewaySettings settings, BackendSettings outbound, Mailbox from, Mailbox to, WaitingReport waiting, string file)
    {
        var (relay, route) = _smarthost.Open(settings, outbound, [from.Domain]);
        var name = Path.GetFileName(file);
        using var letter = new MemoryLetter(ReportMessage.Write(waiting, name, await File.ReadAllBytesAsync(file), from.ToString(), to.ToString(), settings.Hostname, _time.GetUtcNow()));
        var nowhere = new IPEndPoint(IPAddress.Loopback, 0);
        var result = await relay.DeliverAsync(new Delivery
        {
            Tenant = route,
            Session = waiting.ReportId,
            // An aligned pass is required of reports (RFC 9990 §3.5.2): the null reverse-path could not give one.
            Mail = new MailCommand { Path = new SmtpPath(from, HasSourceRoute: false, HasTrailingDot: false) },
            Recipients = [new RcptCommand { Path = new SmtpPath(to, HasSourceRoute: false, HasTrailingDot: false) }],
            AddedFields = default,
            Letter = letter,
            Deadline = _time.GetTimestamp() + (long)(Patience.TotalSeconds * _time.TimestampFrequency),
            Client = new ClientIdentity(nowhere, nowhere, Name: null, settings.Hostname, IsEsmtp: true),
        });
        if (result.Outcome == DeliveryOutcome.Delivered)
            return true;
        LogNotSent(_log, name, result.Outcome, result.Code);
        // What was refused for good would be refused again.
        return result.Outcome is DeliveryOutcome.Refused or DeliveryOutcome.CannotCarry;
    }

    /// <summary>The end of a report's period, which its name says.</summary>
    private static DateTimeOffset EndOf(string file) =>
        Path.GetFileName(file).Split('!') is [_, _, _, var end] && long.TryParse(end.AsSpan(0, Math.Max(0, end.IndexOf('.', StringComparison.Ordinal))), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 32_503_680_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch;

    private static void Remove(string file)
    {
        File.Delete(file);
        File.Delete(file + ".to");
    }

    [LoggerMessage(6511, LogLevel.Information, "{Count} DMARC reports of {Day} were made")]
    private static partial void LogMade(ILogger log, int count, DateOnly day);

    [LoggerMessage(6512, LogLevel.Warning, "the DMARC report {File} was not sent: {Outcome} {Code}")]
    private static partial void LogNotSent(ILogger log, string file, DeliveryOutcome outcome, int code);

    [LoggerMessage(6513, LogLevel.Warning, "the DMARC report {File} could not be sent for two days and is given up")]
    private static partial void LogGivenUp(ILogger log, string file);

    [LoggerMessage(6514, LogLevel.Error, "DMARC reports cannot be made or sent now: {Problem}")]
    private static partial void LogFailed(ILogger log, string problem);
}
