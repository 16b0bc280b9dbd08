using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Garita.Control;
using Garita.Settings;

namespace Garita.Commands;

/// <summary><c>garita bans list|add|remove|clear</c>.</summary>
internal static class BanCommands
{
    private const string ByDefault = "24 h";

    public static Command Create() => new Verb("bans", "Show, make and end bans: networks that may not connect for a while")
    {
        List(), Add(), Remove(), Clear(),
    };

    private static Verb List()
    {
        var json = CommandLine.Json();
        var verb = new Verb("list", "Show the bans that have not ended, the next to end first") { Examples = ["garita bans list", "garita bans list --json | jq length"] };
        verb.Options.Add(json);
        verb.SetAction(async (result, _) =>
        {
            using var gateway = CommandLine.GatewayOf(result);
            var bans = await gateway.GetAsync(BanRoutes.Root, ControlJson.Default.IReadOnlyListBanView);
            if (result.GetValue(json))
            {
                await CommandLine.Output(result).WriteLineAsync(JsonSerializer.Serialize(bans, ControlJson.Default.IReadOnlyListBanView));
                return ExitCodes.Ok;
            }

            var table = new TextTable("network", "until", "made", "origin", "rule", "reason");
            foreach (var ban in bans)
                table.Add(ban.Network, Text(ban.Until), Text(ban.Made), ban.Origin, ban.Rule.Length > 0 ? ban.Rule : "-", SafeText.Escape(ban.Reason));
            table.Write(CommandLine.Output(result));
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Add()
    {
        var network = new Argument<string>("NETWORK") { Description = "Network or address; IPv4 /8 to /32, IPv6 /19 to /128" };
        var duration = new Option<string?>("--for") { Description = $"How long [default: {ByDefault}]", HelpName = "DURATION" };
        var reason = new Option<string?>("--reason") { Description = "Why", HelpName = "TEXT" };
        var json = CommandLine.Json();
        var verb = new Verb("add", "Ban a network; its open sessions are closed")
        {
            Examples = ["garita bans add 192.0.2.7 --reason \"scans us\"", "garita bans add 2001:db8:7::/48 --for \"7 d\""],
        };
        verb.Arguments.Add(network);
        foreach (var option in (Option[])[duration, reason, json])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            var time = result.GetValue(duration) ?? ByDefault;
            if (!SettingsUnits.TryDuration(time, out var span))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"--for is {SafeText.Quote(time)}, expected {BanRequest.DurationExpected}");
                return ExitCodes.Usage;
            }

            var request = new BanRequest(result.GetRequiredValue(network), result.GetValue(reason) ?? "", (long)span.TotalSeconds);
            // The gateway checks again; here a wrong one is a matter of usage.
            if (request.Check(out var _) is { } problem)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync(problem);
                return ExitCodes.Usage;
            }

            using var gateway = CommandLine.GatewayOf(result);
            var made = (await gateway.PostAsync(BanRoutes.Root, request, ControlJson.Default.BanRequest, ControlJson.Default.BanView))!;
            await CommandLine.Output(result).WriteLineAsync(result.GetValue(json) ? JsonSerializer.Serialize(made, ControlJson.Default.BanView) : $"{made.Network} is banned until {Text(made.Until)}");
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static Verb Remove()
    {
        var network = new Argument<string>("NETWORK") { Description = "Network or address; bans inside it end too" };
        var verb = new Verb("remove", "End the ban of a network and those inside it, and forget that they were") { Examples = ["garita bans remove 192.0.2.7"] };
        verb.Arguments.Add(network);
        verb.SetAction(async (result, _) =>
        {
            if (BanRequest.Parse(result.GetRequiredValue(network), out var _) is { } problem)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync(problem);
                return ExitCodes.Usage;
            }

            using var gateway = CommandLine.GatewayOf(result);
            var answer = await gateway.DeleteAsync($"{BanRoutes.Root}?network={Uri.EscapeDataString(result.GetRequiredValue(network))}", ControlJson.Default.UnbanAnswer);
            await CommandLine.Output(result).WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{answer.Removed} removed"));
            if (answer.Notice is null)
                return ExitCodes.Ok;
            await result.InvocationConfiguration.Error.WriteLineAsync(answer.Notice);
            return ExitCodes.Failed;
        });
        return verb;
    }

    private static Verb Clear()
    {
        var yes = new Option<bool>("--yes") { Description = "Yes, all of them" };
        var verb = new Verb("clear", "End all bans, those of administrators too, and forget that they were") { Examples = ["garita bans clear --yes"] };
        verb.Options.Add(yes);
        verb.SetAction(async (result, _) =>
        {
            if (!result.GetValue(yes))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync("this ends all bans, those of administrators too: garita bans clear --yes");
                return ExitCodes.Usage;
            }

            using var gateway = CommandLine.GatewayOf(result);
            var answer = await gateway.PostAsync(BanRoutes.Root + "/clear", ControlJson.Default.UnbanAnswer);
            await CommandLine.Output(result).WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{answer.Removed} removed"));
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
