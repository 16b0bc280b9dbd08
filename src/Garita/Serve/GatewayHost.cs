using System.Globalization;
using Garita.Control;
using Garita.Gateway;
using Garita.Gateway.Ledger;
using Garita.Gateway.Recipients;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Settings;
using Microsoft.Extensions.Logging;

namespace Garita.Serve;

/// <summary>
/// A running gateway with what administrators may do to it. The snapshot in force is the file's with the exceptions of the ledger
/// put to those of the file; each act makes a new one and swaps it whole.
/// </summary>
internal sealed partial class GatewayHost : IGatewayActs, IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly GatewayServices _services;
    private readonly GatewayServer _server;
    private readonly Action<GatewaySettings> _apply;
    private readonly RecipientDirectory _recipients;
    private readonly ILogger _log;
    private readonly SettingsText _text;
    private readonly GatewaySettings _started;
    private GatewaySettings _file;
    private IReadOnlyList<ExceptionRule> _made;

    /// <param name="services">What the gateway is made of.</param>
    /// <param name="server">The gateway.</param>
    /// <param name="text">The settings file.</param>
    /// <param name="file">The snapshot that was read from it.</param>
    /// <param name="made">Exceptions of the ledger.</param>
    /// <param name="recipients">Who exists.</param>
    /// <param name="spool">What is kept for mail servers that do not answer.</param>
    /// <param name="apply">Tells the parts beside the server of new settings.</param>
    public GatewayHost(GatewayServices services, GatewayServer server, SettingsText text, GatewaySettings file, IReadOnlyList<ExceptionRule> made, RecipientDirectory recipients, Gateway.Relay.Spool.Spool spool, Action<GatewaySettings> apply)
    {
        _services = services;
        _server = server;
        _text = text;
        _started = file;
        _file = file;
        _made = made;
        _recipients = recipients;
        _apply = apply;
        Bans = new BanActs(server.Bans, services.Ledger, services.Time);
        Spool = new SpoolActs(spool, services.Ledger, services.Time);
        _log = services.Logs.CreateLogger("Garita.Settings");
    }

    public TimeProvider Time => _services.Time;

    public ILedger Ledger => _services.Ledger;

    public IBanActs Bans { get; }

    public required IQuarantineActs Quarantine { get; init; }

    public ISpoolActs Spool { get; }

    /// <summary>The file's settings with exceptions put to them.</summary>
    public static GatewaySettings Combine(GatewaySettings file, IReadOnlyList<ExceptionRule> made) => file with { Exceptions = [.. file.Exceptions, .. made] };

    /// <summary>How it stands with the warden.</summary>
    public required Func<string> WardenState { get; init; }

    public GatewayStatus Status() => _server.Status() with { Directories = _recipients.Directories(), Warden = WardenState() };

    public IReadOnlyList<ExceptionRule> Exceptions() => _server.Settings.Exceptions;

    public void Audit(Administrator administrator, string what, string? before = null, string? after = null) =>
        Ledger.Audit(new AuditEntry(Time.GetUtcNow(), administrator.Who, administrator.Where, what, before, after));

    public async Task<ReloadAnswer> ReloadAsync(Administrator administrator)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            GatewaySettings settings;
            string after;
            try
            {
                (settings, after) = _text.Read();
            }
            catch (SettingsException problem)
            {
                foreach (var error in problem.Errors)
                    RefusedSetting(_log, error.ToString());
                OldSettingsStay(_log, problem.Errors.Count);
                Audit(administrator, "settings.reload", null, "refused: " + problem.Errors[0]);
                return new ReloadAnswer(false, [.. problem.Errors.Select(static error => error.ToString())], []);
            }

            var (removed, added) = _text.Change(after);
            var waiting = WaitingSettings.Find(_started, settings);
            // What lies in the data folder stays in use until the next start.
            _file = settings with { DataFolder = _started.DataFolder };
            var problems = ApplyCombined();
            Audit(administrator, "settings.reload", removed, added);
            Reloaded(_log, administrator.Who);
            foreach (var sentence in waiting)
                Waits(_log, sentence);
            foreach (var problem in problems)
                NotApplied(_log, problem);
            return new ReloadAnswer(true, problems, waiting);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async Task AddExceptionAsync(Administrator administrator, ExceptionRule exception)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            await Ledger.AddExceptionAsync(exception);
            _made = await Ledger.ExceptionsAsync();
            ApplyCombined();
            Audit(administrator, "exceptions.add", null, Json(exception));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async Task<bool> RemoveExceptionAsync(Administrator administrator, string id)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            var before = _made.FirstOrDefault(exception => string.Equals(exception.Id, id, StringComparison.Ordinal));
            if (!await Ledger.RemoveExceptionAsync(id))
                return false;
            _made = await Ledger.ExceptionsAsync();
            ApplyCombined();
            Audit(administrator, "exceptions.remove", before is null ? id : Json(before));
            return true;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async Task<RecipientView?> CheckRecipientAsync(string address)
    {
        if (!PathParser.TryParseMailbox(address, out var mailbox))
            return null;
        var text = mailbox!.ToString();
        if (!_server.Settings.TenantByDomain.TryGetValue(mailbox.Domain, out var tenant))
            return new RecipientView(text, null, "not-ours", "", 0);
        var answer = await _services.Recipients.FindAsync(tenant, null, mailbox);
        var status = answer.Status switch
        {
            RecipientStatus.Known => "known",
            RecipientStatus.Unknown => "unknown",
            RecipientStatus.RefusedLately => "refused-lately",
            _ => "unavailable",
        };
        var state = _recipients.StateOf(tenant.Name);
        // Only what was found in a reading, or is missing from one, is as old as that.
        var taken = answer.FoundIn is "ldap" or "ldap-stale" or "catch-all" ? state?.Taken : null;
        return new RecipientView(text, tenant.Name, status, answer.FoundIn, answer.Code, taken, taken is { } at ? (long)(Time.GetUtcNow() - at).TotalSeconds : null, state?.Problem);
    }

    public async Task<IReadOnlyList<SyncResult>> SyncRecipientsAsync(Administrator administrator, SyncRequest request)
    {
        var tenants = _server.Settings.Tenants
            .Where(tenant => request.Tenant is null ? tenant.Recipients is { Source: RecipientSource.File } or { Ldap.Mode: LdapMode.Sync } : string.Equals(tenant.Name, request.Tenant, StringComparison.Ordinal))
            .Select(static tenant => tenant.Name).ToList();
        if (tenants.Count == 0 && request.Tenant is { } missing)
            return [new SyncResult(missing, false, null, "there is no such tenant")];
        List<SyncResult> results = [];
        foreach (var tenant in tenants)
        {
            var before = _recipients.Count(tenant);
            var result = await _recipients.SyncAsync(tenant, request.Force);
            results.Add(result);
            Audit(administrator, request.Force ? "recipients.sync force" : "recipients.sync", $"{tenant}: {before?.ToString(CultureInfo.InvariantCulture) ?? "none"}", $"{tenant}: {result.Count?.ToString(CultureInfo.InvariantCulture) ?? "none"}{(result.Problem is null ? "" : ", " + result.Problem)}");
        }

        return results;
    }

    public RecipientList? Recipients(string tenant) => _recipients.ListOf(tenant);

    public bool ForgetRecipient(Administrator administrator, string address)
    {
        if (!PathParser.TryParseMailbox(address, out var mailbox))
            return false;
        var recipient = mailbox!.ToString().ToLowerInvariant();
        _services.Recipients.Forget(recipient);
        Audit(administrator, "recipients.forget", recipient);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private IReadOnlyList<string> ApplyCombined()
    {
        var settings = Combine(_file, _made);
        _services.Relay.Apply(settings);
        _apply(settings);
        return _server.Apply(settings);
    }

    private static string Json(ExceptionRule exception) =>
        System.Text.Json.JsonSerializer.Serialize(ExceptionView.Of(exception), ControlJson.Default.ExceptionView);

    [LoggerMessage(2001, LogLevel.Error, "{Error}")]
    private static partial void RefusedSetting(ILogger log, string error);

    [LoggerMessage(2002, LogLevel.Error, "Settings were not reloaded, the old ones stay in force: {Count} errors")]
    private static partial void OldSettingsStay(ILogger log, int count);

    [LoggerMessage(2003, LogLevel.Information, "Settings reloaded by {Who}")]
    private static partial void Reloaded(ILogger log, string who);

    [LoggerMessage(2004, LogLevel.Warning, "{Setting}")]
    private static partial void Waits(ILogger log, string setting);

    [LoggerMessage(2005, LogLevel.Error, "Settings were reloaded, but {Problem}")]
    private static partial void NotApplied(ILogger log, string problem);
}
