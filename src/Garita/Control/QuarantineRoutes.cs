using System.Globalization;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay.Quarantine;
using Microsoft.AspNetCore.Http;

namespace Garita.Control;

/// <summary>The paths under /v1/quarantine.</summary>
internal static class QuarantineRoutes
{
    public const string Root = "/v1/quarantine";
    private const string None = "there is no such message in the quarantine; garita quarantine list shows those there are";
    private const int MostRows = 1000;
    private const int MostId = 64;
    private const int MostTo = 100;

    /// <summary>Whether a path is one of these.</summary>
    public static bool Has(string path) => path is Root || path.StartsWith(Root + "/", StringComparison.Ordinal);

    public static Task RouteAsync(HttpContext context, IQuarantineActs acts)
    {
        var path = context.Request.Path.Value ?? "";
        if (path is Root)
            return context.Request.Method is "GET" ? ListAsync(context, acts) : NotFoundAsync(context);
        var parts = path[(Root.Length + 1)..].Split('/');
        if (parts[0].Length is 0 or > MostId)
            return NotFoundAsync(context);
        return (context.Request.Method, parts) switch
        {
            ("POST", ["release"]) => RedeemAsync(context, acts),
            ("GET", [var id]) => ShowAsync(context, acts, id),
            ("DELETE", [var id]) => DeleteAsync(context, acts, id),
            ("GET", [var id, "message"]) => ExportAsync(context, acts, id),
            ("POST", [var id, "release"]) => ReleaseAsync(context, acts, id),
            _ => NotFoundAsync(context),
        };
    }

    private static async Task ListAsync(HttpContext context, IQuarantineActs acts)
    {
        var query = new QuarantineQuery
        {
            Tenant = Text("tenant"),
            Sender = Text("sender"),
            Recipient = Text("recipient"),
            Subject = Text("subject"),
            Rule = Text("rule"),
            Since = DateTimeOffset.TryParse(Text("since"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since) ? since : null,
            Most = int.TryParse(Text("most"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? Math.Clamp(most, 1, MostRows) : 100,
        };
        if ((string?[])[query.Tenant, query.Sender, query.Recipient, query.Subject, query.Rule] is var texts && Array.Exists(texts, static text => text?.Length > QuarantineQuery.MaxText))
            await ControlServer.ProblemAsync(context, 400, $"expected texts of at most {QuarantineQuery.MaxText} characters");
        else
            await ControlServer.AnswerAsync(context, 200, [.. (await acts.FindAsync(query)).Select(QuarantineView.Of)], ControlJson.Default.IReadOnlyListQuarantineView);

        string? Text(string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    private static async Task ShowAsync(HttpContext context, IQuarantineActs acts, string id)
    {
        if (await acts.ShowAsync(id) is { } view)
            await ControlServer.AnswerAsync(context, 200, view, ControlJson.Default.QuarantineView);
        else
            await ControlServer.ProblemAsync(context, 404, None);
    }

    private static async Task ExportAsync(HttpContext context, IQuarantineActs acts, string id)
    {
        await using var message = await acts.ExportAsync(ControlServer.Peer(context), id);
        if (message is null)
        {
            await ControlServer.ProblemAsync(context, 404, "there is no such message in the quarantine, or it was released and its file is gone");
            return;
        }

        context.Response.ContentType = "message/rfc822";
        context.Response.ContentLength = message.Length;
        await message.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task ReleaseAsync(HttpContext context, IQuarantineActs acts, string id)
    {
        var request = await ControlServer.ReadAsync(context, ControlJson.Default.QuarantineReleaseRequest);
        if (request.To.Count > MostTo || request.To.Any(static to => to is null || to.Length > QuarantineQuery.MaxText))
            await ControlServer.ProblemAsync(context, 400, $"expected at most {MostTo} addresses");
        else
            await AnswerAsync(context, await acts.ReleaseAsync(ControlServer.Peer(context), id, request));
    }

    private static async Task RedeemAsync(HttpContext context, IQuarantineActs acts)
    {
        var request = await ControlServer.ReadAsync(context, ControlJson.Default.QuarantineReleaseRequest);
        await AnswerAsync(context, await acts.RedeemAsync(ControlServer.Peer(context), request.Token ?? ""));
    }

    private static async Task DeleteAsync(HttpContext context, IQuarantineActs acts, string id)
    {
        if (await acts.DeleteAsync(ControlServer.Peer(context), id) is { } problem)
            await ControlServer.ProblemAsync(context, 409, problem);
        else
            context.Response.StatusCode = 204;
    }

    // Also what was not delivered is an answer: who asked has to see what state it is in.
    private static Task AnswerAsync(HttpContext context, QuarantineReleased released) =>
        ControlServer.AnswerAsync(context, 200, new QuarantineReleaseAnswer(QuarantineView.Word(released.State), released.Recipients, released.Problem), ControlJson.Default.QuarantineReleaseAnswer);

    private static Task NotFoundAsync(HttpContext context) => ControlServer.ProblemAsync(context, 404, "no such path");
}
