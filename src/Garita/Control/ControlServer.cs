using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Garita.Gateway;
using Garita.Http;
using Garita.Wall.Warden;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Garita.Control;

/// <summary>
/// The control API: HTTP over a unix socket, paths under /v1, JSON. Who may connect is decided by the socket's mode and group;
/// who did is taken from the kernel (SO_PEERCRED), never from the request.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    /// <summary>The socket's name in the data folder.</summary>
    public const string SocketName = "control.sock";

    private const int MostRows = 1000;
    private readonly IGatewayActs _acts;
    private readonly string _path;
    private HttpEndpoint? _endpoint;

    private ControlServer(IGatewayActs acts, string path)
    {
        _acts = acts;
        _path = path;
    }

    /// <summary>Binds the socket, in place of one that a dead gateway left.</summary>
    /// <exception cref="GatewayStartException">A living gateway has it, or the folder cannot be written.</exception>
    public static async Task<ControlServer> StartAsync(string dataFolder, IGatewayActs acts, ILoggerFactory logs)
    {
        var path = Path.Combine(dataFolder, SocketName);
        try
        {
            if (!await SocketFile.RemoveStaleAsync(path))
                throw new GatewayStartException($"another garita is running on the data folder {dataFolder}: stop it, or give this one a folder of its own (data = …)");
        }
        catch (IOException problem)
        {
            throw new GatewayStartException($"cannot open {path}: {problem.Message}; look what it is, and move it away", problem);
        }

        var server = new ControlServer(acts, path);
        try
        {
            server._endpoint = await HttpEndpoint.StartAsync(options => options.ListenUnixSocket(path), server.HandleAsync, logs);
            // 0660: the socket's group decides who is an administrator.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            return server;
        }
        catch (Exception problem) when (problem is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"cannot open {path}: {problem.Message}; check that the data folder belongs to the user that runs garita", problem);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
            await _endpoint.DisposeAsync();
        File.Delete(_path);
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (Exception problem) when (problem is JsonException or Gateway.Ledger.LedgerUnavailableException)
        {
            await AnswerAsync(context, problem is JsonException ? 400 : 503, new ControlProblem(problem.Message), ControlJson.Default.ControlProblem);
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "";
        const string Exceptions = "/v1/exceptions";
        return (request.Method, path) switch
        {
            ("GET", "/v1/status") => AnswerAsync(context, 200, _acts.Status(), ControlJson.Default.GatewayStatus),
            ("POST", "/v1/reload") => ReloadAsync(context),
            ("GET", "/v1/explain") => ExplainAsync(context),
            ("GET", "/v1/audit") => AuditAsync(context),
            ("POST", "/v1/audit") => NoteAsync(context),
            ("GET", Exceptions) => AnswerAsync(context, 200, [.. _acts.Exceptions().Select(ExceptionView.Of)], ControlJson.Default.IReadOnlyListExceptionView),
            ("POST", Exceptions) => AddExceptionAsync(context),
            ("DELETE", _) when path.StartsWith(Exceptions + "/", StringComparison.Ordinal) => RemoveExceptionAsync(context, path[(Exceptions.Length + 1)..]),
            _ when QuarantineRoutes.Has(path) => QuarantineRoutes.RouteAsync(context, _acts.Quarantine),
            _ when BanRoutes.Has(path) => BanRoutes.RouteAsync(context, _acts.Bans),
            _ when SpoolRoutes.Has(path) => SpoolRoutes.RouteAsync(context, _acts.Spool, Most(context)),
            ("GET", "/v1/recipients/check") => CheckRecipientAsync(context),
            ("POST", "/v1/recipients/forget") => ForgetRecipientAsync(context),
            ("POST", "/v1/recipients/sync") => SyncRecipientsAsync(context),
            ("GET", "/v1/recipients/export") => ExportRecipientsAsync(context),
            _ => ProblemAsync(context, 404, "no such path"),
        };
    }

    private async Task ReloadAsync(HttpContext context) =>
        await AnswerAsync(context, 200, await _acts.ReloadAsync(Peer(context)), ControlJson.Default.ReloadAnswer);

    private async Task ExplainAsync(HttpContext context)
    {
        var what = context.Request.Query["what"].ToString();
        if (what.Length is 0 or > 320)
            await ProblemAsync(context, 400, "expected a session id, an address, @domain, an IP address or a network");
        else
            await AnswerAsync(context, 200, await _acts.Ledger.ExplainAsync(what, Most(context)), ControlJson.Default.IReadOnlyListDecisionRecord);
    }

    private async Task AuditAsync(HttpContext context) =>
        await AnswerAsync(context, 200, await _acts.Ledger.AuditTrailAsync(Most(context)), ControlJson.Default.IReadOnlyListAuditEntry);

    /// <summary>Only root changes the host, so that only root's acts are taken at their word.</summary>
    private async Task NoteAsync(HttpContext context)
    {
        var peer = Peer(context);
        if (peer.Who is not ("root (0)" or "(0)"))
        {
            await ProblemAsync(context, 403, "only root may add to the ledger");
            return;
        }

        var note = await ReadAsync(context, ControlJson.Default.ActNote);
        if (!note.What.StartsWith("wall.", StringComparison.Ordinal) && !note.What.StartsWith("harden.", StringComparison.Ordinal))
        {
            await ProblemAsync(context, 400, "expected wall.… or harden.…");
            return;
        }

        _acts.Ledger.Audit(new Gateway.Ledger.AuditEntry(_acts.Time.GetUtcNow(), peer.Who, note.Where, note.What, note.Before, note.After));
        context.Response.StatusCode = 204;
    }

    private async Task AddExceptionAsync(HttpContext context)
    {
        var view = await ReadAsync(context, ControlJson.Default.ExceptionView);
        var id = "x" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        if (view.TryMake(id, _acts.Time.GetUtcNow(), out var rule) is { } problem)
        {
            await ProblemAsync(context, 400, problem);
            return;
        }

        await _acts.AddExceptionAsync(Peer(context), rule);
        await AnswerAsync(context, 200, ExceptionView.Of(rule), ControlJson.Default.ExceptionView);
    }

    private async Task RemoveExceptionAsync(HttpContext context, string id)
    {
        if (id.StartsWith("file:", StringComparison.Ordinal))
            await ProblemAsync(context, 400, $"{id} is in the settings file: remove it there, then garita reload");
        else if (await _acts.RemoveExceptionAsync(Peer(context), id))
            context.Response.StatusCode = 204;
        else
            await ProblemAsync(context, 404, "there is no such exception; garita exceptions list shows those there are");
    }

    private async Task CheckRecipientAsync(HttpContext context)
    {
        if (await _acts.CheckRecipientAsync(context.Request.Query["address"].ToString()) is { } view)
            await AnswerAsync(context, 200, view, ControlJson.Default.RecipientView);
        else
            await ProblemAsync(context, 400, "expected an address such as anna@example.com");
    }

    private async Task ForgetRecipientAsync(HttpContext context)
    {
        var request = await ReadAsync(context, ControlJson.Default.ForgetRequest);
        if (_acts.ForgetRecipient(Peer(context), request.Address))
            context.Response.StatusCode = 204;
        else
            await ProblemAsync(context, 400, "expected an address such as anna@example.com");
    }

    private async Task SyncRecipientsAsync(HttpContext context) =>
        await AnswerAsync(context, 200, await _acts.SyncRecipientsAsync(Peer(context), await ReadAsync(context, ControlJson.Default.SyncRequest)), ControlJson.Default.IReadOnlyListSyncResult);

    private async Task ExportRecipientsAsync(HttpContext context)
    {
        if (_acts.Recipients(context.Request.Query["tenant"].ToString()) is not { } list)
        {
            await ProblemAsync(context, 404, "there is no such tenant, or it has no list of recipients that was read");
            return;
        }

        using var lines = new MemoryStream();
        list.WriteLines(lines, sorted: true);
        lines.Position = 0;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = lines.Length;
        await lines.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    internal static Administrator Peer(HttpContext context)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        return new Administrator(socket is null ? "unknown" : PeerCredentials.Describe(socket), SocketName);
    }

    private static int Most(HttpContext context) =>
        int.TryParse(context.Request.Query["most"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? Math.Clamp(most, 1, MostRows) : 20;

    internal static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) ?? throw new JsonException("expected an object");

    internal static Task ProblemAsync(HttpContext context, int status, string error) => AnswerAsync(context, status, new ControlProblem(error), ControlJson.Default.ControlProblem);

    internal static async Task AnswerAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
