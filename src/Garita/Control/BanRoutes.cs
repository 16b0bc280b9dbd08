using Microsoft.AspNetCore.Http;

namespace Garita.Control;

/// <summary>The paths under /v1/bans.</summary>
internal static class BanRoutes
{
    public const string Root = "/v1/bans";

    /// <summary>Whether a path is one of these.</summary>
    public static bool Has(string path) => path is Root || path.StartsWith(Root + "/", StringComparison.Ordinal);

    public static Task RouteAsync(HttpContext context, IBanActs acts) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", Root) => ControlServer.AnswerAsync(context, 200, [.. acts.List().Select(BanView.Of)], ControlJson.Default.IReadOnlyListBanView),
        ("POST", Root) => AddAsync(context, acts),
        ("DELETE", Root) => RemoveAsync(context, acts),
        ("POST", Root + "/clear") => ControlServer.AnswerAsync(context, 200, new UnbanAnswer(acts.Clear(ControlServer.Peer(context)), null), ControlJson.Default.UnbanAnswer),
        _ => ControlServer.ProblemAsync(context, 404, "no such path"),
    };

    private static async Task AddAsync(HttpContext context, IBanActs acts)
    {
        var request = await ControlServer.ReadAsync(context, ControlJson.Default.BanRequest);
        if (request.Check(out var network) is { } wrong)
        {
            await ControlServer.ProblemAsync(context, 400, wrong);
            return;
        }

        var (made, problem) = acts.Add(ControlServer.Peer(context), network, request.Reason, TimeSpan.FromSeconds(request.Seconds));
        if (made is null)
            await ControlServer.ProblemAsync(context, 409, problem!);
        else
            await ControlServer.AnswerAsync(context, 200, BanView.Of(made), ControlJson.Default.BanView);
    }

    private static async Task RemoveAsync(HttpContext context, IBanActs acts)
    {
        if (BanRequest.Parse(context.Request.Query["network"].ToString(), out var network) is { } wrong)
        {
            await ControlServer.ProblemAsync(context, 400, wrong);
            return;
        }

        var (removed, problem) = acts.Remove(ControlServer.Peer(context), network);
        if (removed == 0)
            await ControlServer.ProblemAsync(context, 404, problem!);
        else
            await ControlServer.AnswerAsync(context, 200, new UnbanAnswer(removed, problem), ControlJson.Default.UnbanAnswer);
    }
}
