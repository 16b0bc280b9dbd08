using Garita.Gateway.Relay.Spool;
using Microsoft.AspNetCore.Http;

namespace Garita.Control;

/// <summary>The paths under /v1/spool.</summary>
internal static class SpoolRoutes
{
    public const string Root = "/v1/spool";
    public const string FlushPath = Root + "/flush";

    private const string None = "there is no such message in the spool; garita spool list shows those there are";

    /// <summary>Whether a path is one of these.</summary>
    public static bool Has(string path) => path is Root || path.StartsWith(Root + "/", StringComparison.Ordinal);

    public static async Task RouteAsync(HttpContext context, ISpoolActs acts, int most)
    {
        try
        {
            await ChooseAsync(context, acts, most);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await ControlServer.ProblemAsync(context, 503, "the spool's disk refused: " + problem.Message);
        }
    }

    private static Task ChooseAsync(HttpContext context, ISpoolActs acts, int most)
    {
        var path = context.Request.Path.Value ?? "";
        if (string.Equals(path, Root, StringComparison.Ordinal) && HttpMethods.IsGet(context.Request.Method))
            return ListAsync(context, acts, most);
        if (string.Equals(path, FlushPath, StringComparison.Ordinal) && HttpMethods.IsPost(context.Request.Method))
            return FlushAsync(context, acts);
        const string Hold = "/hold";
        var rest = path.AsSpan(Math.Min(path.Length, Root.Length + 1));
        var isHold = rest.EndsWith(Hold, StringComparison.Ordinal);
        if (!SpoolId.TryParse(isHold ? rest[..^Hold.Length] : rest, out var id))
            return ControlServer.ProblemAsync(context, 404, None);
        return (context.Request.Method, isHold) switch
        {
            ("GET", false) => ShowAsync(context, acts, id),
            ("POST", true) => HoldAsync(context, acts, id),
            ("DELETE", false) => DeleteAsync(context, acts, id),
            _ => ControlServer.ProblemAsync(context, 404, "no such path"),
        };
    }

    private static async Task ListAsync(HttpContext context, ISpoolActs acts, int most)
    {
        var tenant = context.Request.Query["tenant"].ToString();
        await ControlServer.AnswerAsync(context, 200, await acts.ListAsync(tenant.Length == 0 ? null : tenant, most), ControlJson.Default.IReadOnlyListSpoolView);
    }

    private static async Task ShowAsync(HttpContext context, ISpoolActs acts, SpoolId id)
    {
        if (await acts.ShowAsync(id) is { } view)
            await ControlServer.AnswerAsync(context, 200, view, ControlJson.Default.SpoolView);
        else
            await ControlServer.ProblemAsync(context, 404, None);
    }

    private static async Task FlushAsync(HttpContext context, ISpoolActs acts)
    {
        var request = await ControlServer.ReadAsync(context, ControlJson.Default.SpoolFlushRequest);
        if (request.Id is { } text && !SpoolId.TryParse(text, out _))
            await ControlServer.ProblemAsync(context, 400, "expected an id of 16 hexadecimal digits");
        else if (acts.Flush(ControlServer.Peer(context), request) is { } count)
            await ControlServer.AnswerAsync(context, 200, new SpoolFlushAnswer(count), ControlJson.Default.SpoolFlushAnswer);
        else
            await ControlServer.ProblemAsync(context, 404, "there is no such message in the spool, or it is held: garita spool hold ID --release lets it go");
    }

    private static async Task HoldAsync(HttpContext context, ISpoolActs acts, SpoolId id)
    {
        var request = await ControlServer.ReadAsync(context, ControlJson.Default.SpoolHoldRequest);
        if (await acts.HoldAsync(ControlServer.Peer(context), id, request.Release))
            context.Response.StatusCode = 204;
        else
            await ControlServer.ProblemAsync(context, 404, None);
    }

    private static async Task DeleteAsync(HttpContext context, ISpoolActs acts, SpoolId id)
    {
        if (await acts.DeleteAsync(ControlServer.Peer(context), id))
            context.Response.StatusCode = 204;
        else
            await ControlServer.ProblemAsync(context, 404, "there is no such message in the spool, or it is being tried in this moment");
    }
}
