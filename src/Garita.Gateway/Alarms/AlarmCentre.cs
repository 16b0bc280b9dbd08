using System.Diagnostics.Metrics;
using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Gateway.Alarms;

/// <summary>
/// Takes alarms and tells people: the log, the webhook, the tenant's postmaster. Raising only counts and queues; each way has its own
/// line, so that a hanging webhook holds no mail. Before <see cref="Start"/> notices wait.
/// </summary>
public sealed partial class AlarmCentre : IAlarms, IAsyncDisposable
{
    /// <summary>Notices that are kept for <c>garita status</c>.</summary>
    public const int MostLatest = 20;

    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly Counter<long> _raised;
    private readonly Lock _gate = new();
    private readonly AlarmBook _book;
    private readonly LinkedList<AlarmNotice> _latest = new();
    private readonly Webhook _webhook;
    private readonly TaskCompletionSource<AlarmMail> _mail = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NoticeQueue _posts;
    private readonly NoticeQueue _mails;
    private volatile GatewaySettings _settings;

    /// <summary>Makes it; alarms may be raised from now on.</summary>
    /// <param name="settings">The first snapshot.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">Where it is counted.</param>
    /// <param name="logs">Where is logged.</param>
    public AlarmCentre(GatewaySettings settings, TimeProvider time, Meter meter, ILoggerFactory logs)
    {
        _settings = settings;
        _time = time;
        _logs = logs;
        _log = logs.CreateLogger<AlarmCentre>();
        _raised = meter.CreateCounter<long>("garita_alarms_total", description: "Alarms raised, told or not, by kind");
        _book = new AlarmBook(time);
        _webhook = new Webhook(time, _log);
        _posts = new NoticeQueue((notice, stopping) => _webhook.SendAsync(_settings.Alarms, notice, stopping));
        _mails = new NoticeQueue(MailAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<AlarmNotice> Latest
    {
        get
        {
            lock (_gate)
                return [.. _latest];
        }
    }

    /// <summary>Begins to mail.</summary>
    /// <param name="relay">The way to the tenants' mail servers.</param>
    public void Start(IRelay relay) => _mail.TrySetResult(new AlarmMail(relay, _time, _logs));

    /// <summary>Takes new settings.</summary>
    /// <param name="settings">The snapshot.</param>
    public void Apply(GatewaySettings settings) => _settings = settings;

    /// <inheritdoc/>
    public void Raise(Alarm alarm)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        var kind = alarm.Kind.Word();
        AlarmNotice? notice = null;
        lock (_gate)
        {
            switch (_book.Take(alarm, out var suppressed))
            {
                case AlarmVerdict.Tell:
                    notice = new AlarmNotice(Guid.NewGuid().ToString("N"), _time.GetUtcNow(), _settings.Hostname, kind, alarm.Tenant, alarm.Text, alarm.Key, alarm.IsOver, suppressed);
                    _latest.AddFirst(notice);
                    if (_latest.Count > MostLatest)
                        _latest.RemoveLast();
                    break;
                case AlarmVerdict.Log:
                    LogAgain(kind, alarm.Tenant, alarm.Text, alarm.Key);
                    break;
            }
        }

        if (!alarm.IsOver)
            _raised.Add(1, new KeyValuePair<string, object?>("kind", kind));
        if (notice is null)
            return;
        if (notice.Over)
            LogOver(kind, notice.Tenant, notice.Text, notice.Key);
        else
            LogAlarm(kind, notice.Tenant, notice.Text, notice.Key, notice.Suppressed);
        var settings = _settings.Alarms;
        if ((settings.Webhook is not null && !_posts.TryAdd(notice)) | (settings.Mail && !_mails.TryAdd(notice)))
            LogDropped(kind);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _posts.DisposeAsync();
        await _mails.DisposeAsync();
        _webhook.Dispose();
        if (_mail.Task.IsCompletedSuccessfully)
            await (await _mail.Task).DisposeAsync();
    }

    private async Task MailAsync(AlarmNotice notice, CancellationToken stopping)
    {
        var mail = await _mail.Task.WaitAsync(stopping);
        await mail.SendAsync(_settings, notice).WaitAsync(stopping);
    }

    [LoggerMessage(6210, LogLevel.Critical, "ALARM {Kind} (tenant {Tenant}): {Text} [{Key}]; {Suppressed} more were not told since the last notice")]
    private partial void LogAlarm(string kind, string? tenant, string text, string key, int suppressed);

    [LoggerMessage(6211, LogLevel.Error, "Alarm {Kind} again (tenant {Tenant}): {Text} [{Key}]; told already within the hour")]
    private partial void LogAgain(string kind, string? tenant, string text, string key);

    [LoggerMessage(6212, LogLevel.Warning, "Alarm {Kind} is over (tenant {Tenant}): {Text} [{Key}]")]
    private partial void LogOver(string kind, string? tenant, string text, string key);

    [LoggerMessage(6213, LogLevel.Error, "Too many alarms wait to be sent: a notice of {Kind} is in the log only")]
    private partial void LogDropped(string kind);
}
